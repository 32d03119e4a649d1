import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { problems } from "../platform/errors.ts";
import type { ProcessResult, ProcessSpec } from "../platform/process.ts";
import type { ProjectState, Unikernel } from "../project/model.ts";
import { createJobs } from "./jobs.ts";
import type { JobRequest, JobHost } from "./model.ts";
import type { Goal } from "./goals.ts";
import { progressText } from "./progressText.ts";
import { unconfigured } from "../project/testStates.ts";

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

/** A host whose programs only change a state. It records the programs that ran and the errors that were logged. */
function testHost(
  programs: Partial<Record<string, (spec: ProcessSpec) => Partial<ProjectState> | number | string>> = {},
) {
  let state: ProjectState | undefined = unconfigured;
  const ran: string[] = [];
  const effects: typeof programs = {
    configure: () => ({ configured: { target: "unix", options: [] }, stale: [] }),
    lock: () => ({ lockFile: "/p/mirage/hello.opam.locked" }),
    pull: () => ({ pulled: true }),
    build: () => ({ image }),
    ...programs,
  };
  const host: JobHost & {
    ran: string[];
    logged: unknown[];
    answer: "fetch" | "build" | "cancel";
    set: (to: ProjectState | undefined) => void;
  } = {
    ran,
    logged: [],
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
        explain: () => normalExit,
      }),
    checkTarget: () => Promise.resolve(undefined),
    confirmFetch: () => Promise.resolve(host.answer),
    reviewLock: () => Promise.resolve(),
    built: () => Promise.resolve(),
    report: () => {},
    logError: (error) => host.logged.push(error),
  };
  return host;
}

const normalExit = { kind: "ok", code: 0, text: "exited" } as const;

const request = (goal: Goal, unikernel = hello): JobRequest => ({
  unikernel,
  goal,
  target: "unix",
  options: [],
  bootArguments: [],
});

describe("createJobs", () => {
  it("runs the missing steps before a build, and then the image", async () => {
    const host = testHost();
    const result = await createJobs(host).start(request("build-and-run")).result;
    assert.deepEqual(host.ran, ["configure", "build", "/p/dist/hello"]);
    assert.deepEqual(result, { kind: "ran", ending: normalExit });
  });

  it("cancels a job when its signal is aborted, and no other job of the project", async () => {
    const host = testHost();
    const jobs = createJobs(host);
    const stop = new AbortController();
    const users = jobs.start(request("build"));
    const launched = jobs.start(request("build"), {}, stop.signal);
    stop.abort();
    assert.deepEqual(await launched.result, { kind: "cancelled" });
    assert.deepEqual(await users.result, { kind: "done" });
    assert.deepEqual(host.ran, ["configure", "build"]);
  });

  it("starts no program if the signal was aborted before", async () => {
    const host = testHost();
    const job = createJobs(host).start(request("build"), {}, AbortSignal.abort());
    assert.deepEqual(await job.result, { kind: "cancelled" });
    assert.deepEqual(host.ran, []);
  });

  it("lets the user review a lock that replaced another one, before the sources are pulled", async () => {
    const folder = await mkdtemp(join(tmpdir(), "lock-"));
    const lockFile = join(folder, "hello.opam.locked");
    await writeFile(lockFile, "old");
    const host = testHost({
      lock: () => {
        writeFileSync(lockFile, "new");
        return { lockFile };
      },
    });
    host.set({ ...unconfigured, configured: { target: "unix", options: [] }, lockFile });
    const reviewed: unknown[] = [];
    const reviewLock: JobHost["reviewLock"] = async (lock) => {
      reviewed.push(lock, [...host.ran]);
      await Promise.resolve();
    };
    await createJobs({ ...host, reviewLock }).start(request("fetch")).result;
    await rm(folder, { recursive: true });
    assert.deepEqual(reviewed, [{ name: "hello", path: lockFile, before: "old" }, ["lock"]]);
    assert.deepEqual(host.ran, ["lock", "install-switch", "pull"]);
  });

  it("fetches dependencies before a build only with consent", async () => {
    const host = testHost();
    host.answer = "fetch";
    await createJobs(host).start(request("build")).result;
    assert.deepEqual(host.ran, ["configure", "lock", "install-switch", "pull", "build"]);
    const declined = testHost();
    declined.answer = "cancel";
    assert.deepEqual(await createJobs(declined).start(request("build")).result, { kind: "cancelled" });
    assert.deepEqual(declined.ran, ["configure"]);
  });

  it("does nothing if the target can't be used here, and asks again after a fetch that may install tools", async () => {
    const problem = problems.targetNotReady("unix", { action: "boot", reasons: ["x"] }, "y", []);
    const refusing = testHost();
    const result = await createJobs({ ...refusing, checkTarget: () => Promise.resolve(problem) }).start(
      request("build-and-run"),
    ).result;
    assert.ok(result.kind === "failed" && result.problem === problem);
    assert.deepEqual(refusing.ran, []);

    const host = testHost();
    host.answer = "fetch";
    const uses: object[] = [];
    const later = await createJobs({
      ...host,
      checkTarget: (_, use) => (uses.push(use), Promise.resolve(use.installs ? undefined : problem)),
    }).start(request("build")).result;
    assert.equal(later.kind, "failed");
    assert.deepEqual(host.ran, ["configure", "lock", "install-switch", "pull"]);
    assert.deepEqual(uses, [
      { boots: false, builds: true, installs: true },
      { boots: false, builds: true, installs: false },
    ]);
  });

  it("does not check the target for goals that neither build nor boot", async () => {
    const host = testHost();
    const checkTarget = () => Promise.reject(new Error("checked"));
    for (const goal of ["configure", "fetch", "clean"] as const)
      assert.deepEqual(await createJobs({ ...host, checkTarget }).start(request(goal)).result, {
        kind: "done",
      });
  });

  it("reports that a question is open until it is answered", async () => {
    const host = testHost();
    const answered = Promise.withResolvers<void>();
    const jobs = createJobs({
      ...host,
      boot: async (job, state, onPrompt) => {
        onPrompt(true);
        await answered.promise;
        onPrompt(false);
        return host.boot(job, state, onPrompt);
      },
      confirmFetch: () => (seen.push("confirm"), Promise.resolve("build")),
    });
    const seen: string[] = [];
    const bootPrompt = Promise.withResolvers<void>();
    jobs.onChange(() => {
      seen.push(...jobs.active().map(({ prompting, step }) => `${step} ${prompting}`));
      if (seen.at(-1) === "build true") bootPrompt.resolve();
    });
    const job = jobs.start(request("build-and-run"));
    await bootPrompt.promise;
    assert.ok(seen.indexOf("configure true") < seen.indexOf("confirm"), "before the first question");
    assert.ok(seen.lastIndexOf("configure false") > seen.indexOf("confirm"));
    answered.resolve();
    assert.equal((await job.result).kind, "ran");
    assert.deepEqual(seen.slice(-2), ["build false", "run false"]);
  });

  it("counts the steps, and those of a fetch once it is agreed to", async () => {
    const host = testHost();
    host.answer = "fetch";
    const jobs = createJobs(host, () => 7);
    const seen: string[] = [];
    jobs.onChange(() => {
      const text = jobs
        .active()
        .map((job) => progressText(job))
        .join();
      if (text !== seen.at(-1)) seen.push(text);
    });
    const job = jobs.start(request("build"));
    await job.result;
    assert.deepEqual(seen, [
      "waiting for another job of this unikernel",
      "checking the tools and this computer",
      "1 of 2: configure",
      "2 of 5: lock",
      "3 of 5: install-switch",
      "4 of 5: pull",
      "5 of 5: build",
      "",
    ]);
    assert.equal(job.startedAt, 7);
    const progress = { text: "pulling sources", done: 3, total: 40 };
    assert.equal(
      progressText({ step: "pull", startedAt: 7, position: { number: 1, count: 1 }, progress }),
      "pulling sources (3/40)",
    );
  });

  it("stops at the step that fails, and reports its first error", async () => {
    const host = testHost({
      build: () => 'File "unikernel.ml", line 3, characters 4-7:\nError: Unbound value foo\n',
    });
    const result = await createJobs(host).start(request("build-and-run")).result;
    assert.equal(result.kind, "failed");
    assert.ok(result.kind === "failed" && result.step === "build");
    assert.match(result.problem.message, /Unbound value foo/);
    assert.ok(!host.ran.includes("/p/dist/hello"));
  });

  it("remembers how the last job of a unikernel failed, until its next one works on the files", async () => {
    let isBroken = true;
    const jobs = createJobs(testHost({ build: () => (isBroken ? 1 : { image }) }));
    assert.equal(jobs.lastFailure(hello.id), undefined);
    await jobs.start(request("build")).result;
    assert.equal(jobs.lastFailure(hello.id)?.step, "build");
    isBroken = false;
    await jobs.start(request("build")).result;
    assert.equal(jobs.lastFailure(hello.id), undefined);
  });

  it("fails if a step exited with code 0 but achieved nothing", async () => {
    const silent = await createJobs(testHost({ configure: () => ({}) })).start(request("configure")).result;
    assert.ok(silent.kind === "failed" && silent.problem.code === "nothing-configured");
    const empty = await createJobs(testHost({ build: () => ({}) })).start(request("build")).result;
    assert.ok(empty.kind === "failed" && empty.problem.code === "no-image");
  });

  it("accepts a configure even if config.ml is dated in the future", async () => {
    const late = { step: "configure", reason: "config.ml changed after configure" } as const;
    const host = testHost({
      configure: () => ({ configured: { target: "unix", options: [] }, stale: [late] }),
    });
    assert.deepEqual(await createJobs(host).start(request("configure")).result, { kind: "done" });
  });

  it("fails if config.ml is deleted while the job runs", async () => {
    const host = testHost({ configure: () => (host.set(undefined), {}) });
    const result = await createJobs(host).start(request("build")).result;
    assert.ok(result.kind === "failed" && result.problem.code === "project-gone");
  });

  it("fails with the message of an unexpected error, and logs the error", async () => {
    const defect = new TypeError("x is not a function");
    const host = testHost();
    const broken = [
      { ...host, resolve: () => Promise.reject(defect) },
      { ...host, report: () => Promise.reject(defect) },
      { ...host, built: () => Promise.reject(defect) },
      { ...host, boot: () => Promise.reject(defect) },
    ];
    for (const each of broken) {
      const jobs = createJobs(each);
      const result = await jobs.start(request("build-and-run")).result;
      assert.ok(result.kind === "failed" && result.problem.code === "unexpected");
      assert.match(result.problem.message, /x is not a function/);
      assert.deepEqual(jobs.active(), []);
    }
    assert.deepEqual(
      host.logged,
      broken.map(() => defect),
    );
  });

  it("completes the job if a listener throws, and logs the error", async () => {
    const host = testHost();
    const jobs = createJobs(host);
    jobs.onChange(() => {
      throw new Error("broken view");
    });
    assert.deepEqual(await jobs.start(request("build")).result, { kind: "done" });
    assert.match(String(host.logged[0]), /broken view/);
  });

  it("runs the jobs of a project one at a time and in order, and cancels queued jobs", async () => {
    const host = testHost();
    const jobs = createJobs(host);
    const started = (["configure", "build", "clean"] as const).map((goal) => jobs.start(request(goal)));
    started[2]?.cancel();
    const results = await Promise.all(started.map((job) => job.result));
    assert.deepEqual(
      results.map((result) => result.kind),
      ["done", "done", "cancelled"],
    );
    assert.deepEqual(host.ran, ["configure", "build"]);
    assert.deepEqual(jobs.active(), []);
  });

  it("cancels other work on a project's files before a job, and starts none while a job runs", async () => {
    const host = testHost();
    const jobs = createJobs(host);
    const events: string[] = [];
    const { signal } = new AbortController();
    const started = Promise.withResolvers<void>();
    const work = jobs.runBetween(
      hello.root,
      async (cancelled) => {
        started.resolve();
        await new Promise((resolve) => cancelled.addEventListener("abort", resolve));
        events.push(`cancelled before ${host.ran.length} programs`);
      },
      signal,
    );
    await started.promise;
    const job = jobs.start(request("build"));
    const later = jobs.runBetween(hello.root, () => Promise.resolve(void events.push("late")), signal);
    const elsewhere = jobs.runBetween("/q", () => Promise.resolve(void events.push("elsewhere")), signal);
    await Promise.all([work, later, elsewhere]);
    assert.deepEqual(await job.result, { kind: "done" });
    assert.deepEqual(events.toSorted(), ["cancelled before 0 programs", "elsewhere"]);
    await jobs.runBetween(hello.root, () => Promise.resolve(void events.push("after")), signal);
    assert.equal(events.at(-1), "after");
  });

  it("does not block other jobs of the project while a unikernel runs", async () => {
    const running = Promise.withResolvers<ProcessResult>();
    const host = testHost();
    const programs = host.run;
    const jobs = createJobs({
      ...host,
      run: (spec, hooks) => (spec.file === "/p/dist/hello" ? running.promise : programs(spec, hooks)),
    });
    const server = jobs.start(request("build-and-run"));
    assert.equal((await jobs.start(request("clean")).result).kind, "done");
    running.resolve(ended(0));
    assert.equal((await server.result).kind, "ran");
  });
});
