import assert from "node:assert/strict";
import type { ProcessResult, ProcessSpec } from "../platform/process.ts";
import type { ProjectState, Unikernel } from "../project/model.ts";
import { createJobs } from "./jobs.ts";
import type { JobRequest, JobWorld } from "./model.ts";
import type { Goal } from "./goals.ts";
import { fresh } from "../project/testStates.ts";

const hello: Unikernel = {
  id: "/p/config.ml",
  name: "hello",
  configFile: "/p/config.ml",
  root: "/p",
  buildDir: "/p",
  workspaceFolder: "/p",
};
const image = { path: "/p/dist/hello", bytes: 1, builtAt: 1 };
const ended = (code: number): ProcessResult => ({ kind: "exited", code });

/** A world in which programs only change a state, and everything that happens is written down. */
function world(
  programs: Partial<Record<string, (spec: ProcessSpec) => Partial<ProjectState> | number | string>> = {},
) {
  let state: ProjectState | undefined = fresh;
  const ran: string[] = [];
  const effects: typeof programs = {
    configure: () => ({ configured: { target: "unix", options: [] }, stale: [] }),
    lock: () => ({ lockFile: "/p/mirage/hello.opam.locked" }),
    pull: () => ({ pulled: true }),
    build: () => ({ image }),
    ...programs,
  };
  const made: JobWorld & {
    ran: string[];
    answer: "fetch" | "build" | "cancel";
    set: (to: ProjectState | undefined) => void;
  } = {
    ran,
    answer: "build",
    set: (to) => (state = to),
    state: () => Promise.resolve(state),
    resolve: (command) =>
      Promise.resolve({ file: command.tool, args: command.args, cwd: command.cwd, env: {} }),
    run: async (spec, hooks) => {
      const step = spec.args[0] ?? spec.file;
      ran.push(step);
      await Promise.resolve();
      if (hooks?.signal?.aborted) return { kind: "cancelled" };
      const effect = effects[step]?.(spec) ?? {};
      if (typeof effect === "number") return ended(effect);
      if (typeof effect === "string") {
        hooks?.onStderr?.(Buffer.from(effect));
        return ended(1);
      }
      if (state) state = { ...state, ...effect };
      return ended(0);
    },
    boot: () =>
      Promise.resolve({
        spec: { file: "/p/dist/hello", args: [], cwd: "/p", env: {} },
        note: undefined,
        onOutput: () => {},
        explain: () => itEnded,
      }),
    confirmFetch: () => Promise.resolve(made.answer),
    built: () => Promise.resolve(),
    report: () => {},
  };
  return made;
}

const itEnded = { kind: "ok", code: 0, text: "it ended" } as const;

const request = (goal: Goal, unikernel = hello): JobRequest => ({
  unikernel,
  goal,
  target: "unix",
  options: [],
  bootArguments: [],
});

describe("jobs", () => {
  it("do what is missing before a build and run the image", async () => {
    const w = world();
    const result = await createJobs(w).start(request("build-and-run")).result;
    assert.deepEqual(w.ran, ["configure", "build", "/p/dist/hello"]);
    assert.deepEqual(result, { kind: "ran", ending: itEnded });
  });

  it("fetch dependencies before a build only with consent", async () => {
    const w = world();
    w.answer = "fetch";
    await createJobs(w).start(request("build")).result;
    assert.deepEqual(w.ran, ["configure", "lock", "install-switch", "pull", "build"]);
    const declined = world();
    declined.answer = "cancel";
    assert.deepEqual(await createJobs(declined).start(request("build")).result, { kind: "cancelled" });
    assert.deepEqual(declined.ran, ["configure"]);
  });

  it("tell that they ask, while a question is open", async () => {
    const w = world();
    const answered = Promise.withResolvers<void>();
    const jobs = createJobs({
      ...w,
      boot: async (on, state, asking) => {
        asking(true);
        await answered.promise;
        asking(false);
        return w.boot(on, state, asking);
      },
      confirmFetch: () => (seen.push("confirm"), Promise.resolve("build")),
    });
    const seen: string[] = [];
    jobs.onChange(() => seen.push(...jobs.active().map(({ asking, step }) => `${step} ${asking}`)));
    const job = jobs.start(request("build-and-run"));
    for (;;) {
      const asked = jobs.active().some(({ asking, step }) => asking && step === "build");
      if (asked) break;
      await new Promise(setImmediate);
    }
    assert.ok(seen.indexOf("configure true") < seen.indexOf("confirm"), "before the first question");
    assert.ok(seen.lastIndexOf("configure false") > seen.indexOf("confirm"));
    answered.resolve();
    assert.equal((await job.result).kind, "ran");
    assert.deepEqual(seen.slice(-2), ["build false", "run false"]);
  });

  it("stop at the step that fails and tell its first error", async () => {
    const w = world({
      build: () => 'File "unikernel.ml", line 3, characters 4-7:\nError: Unbound value foo\n',
    });
    const result = await createJobs(w).start(request("build-and-run")).result;
    assert.equal(result.kind, "failed");
    assert.ok(result.kind === "failed" && result.step === "build");
    assert.match(result.problem.message, /Unbound value foo/);
    assert.ok(!w.ran.includes("/p/dist/hello"));
  });

  it("see through an exit code of 0 that achieved nothing", async () => {
    const silent = await createJobs(world({ configure: () => ({}) })).start(request("configure")).result;
    assert.ok(silent.kind === "failed" && silent.problem.code === "nothing-configured");
    const empty = await createJobs(world({ build: () => ({}) })).start(request("build")).result;
    assert.ok(empty.kind === "failed" && empty.problem.code === "no-image");
  });

  it("believe a configure though config.ml is dated in the future", async () => {
    const late = { step: "configure", reason: "config.ml changed after configure" } as const;
    const w = world({ configure: () => ({ configured: { target: "unix", options: [] }, stale: [late] }) });
    assert.deepEqual(await createJobs(w).start(request("configure")).result, { kind: "done" });
  });

  it("say so when config.ml is deleted while they run", async () => {
    const w = world({ configure: () => (w.set(undefined), {}) });
    const result = await createJobs(w).start(request("build")).result;
    assert.ok(result.kind === "failed" && result.problem.code === "project-gone");
  });

  it("run one at a time for a project, in order, and cancel while waiting", async () => {
    const w = world();
    const jobs = createJobs(w);
    const started = (["configure", "build", "clean"] as const).map((goal) => jobs.start(request(goal)));
    started[2]?.cancel();
    const results = await Promise.all(started.map((job) => job.result));
    assert.deepEqual(
      results.map((result) => result.kind),
      ["done", "done", "cancelled"],
    );
    assert.deepEqual(w.ran, ["configure", "build"]);
    assert.deepEqual(jobs.active(), []);
  });

  it("leave the project free for other jobs while a unikernel runs", async () => {
    const running = Promise.withResolvers<ProcessResult>();
    const w = world();
    const programs = w.run;
    const jobs = createJobs({
      ...w,
      run: (spec, hooks) => (spec.file === "/p/dist/hello" ? running.promise : programs(spec, hooks)),
    });
    const server = jobs.start(request("build-and-run"));
    assert.equal((await jobs.start(request("clean")).result).kind, "done");
    running.resolve(ended(0));
    assert.equal((await server.result).kind, "ran");
  });
});
