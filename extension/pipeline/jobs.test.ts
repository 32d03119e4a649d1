import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { problems } from "../platform/errors.ts";
import { createJobs } from "./jobs.ts";
import type { JobEnvironment } from "./model.ts";
import { progressText } from "./progressText.ts";
import { keepLockedVersions } from "./steps.ts";
import { unconfigured } from "../project/testStates.ts";
import { hello, image, testEnvironment, normalExit, jobRequest } from "./testJobs.ts";

describe("createJobs", () => {
  it("runs the missing steps before a build, and then the image", async () => {
    const environment = testEnvironment();
    const result = await createJobs(environment).start(jobRequest("build-and-run")).result;
    assert.deepEqual(environment.ran, ["configure", "build", "/p/dist/hello"]);
    assert.deepEqual(result, { kind: "ran", ending: normalExit });
  });

  it("has the log session of a running unikernel, which learns the process id", async () => {
    const started: number[] = [];
    const environment = testEnvironment();
    const boot: JobEnvironment["boot"] = async (...args) => {
      const plain = await environment.boot(...args);
      return plain && { ...plain, session: "2026 hello", onStart: (pid) => started.push(pid) };
    };
    const sessions: unknown[] = [];
    const run: JobEnvironment["run"] = (spec, hooks) => {
      sessions.push(job.session);
      if (spec.file === "/p/dist/hello") hooks?.onStart?.(4242);
      return environment.run(spec, hooks);
    };
    const job = createJobs({ ...environment, boot, run }).start(jobRequest("build-and-run"));
    await job.result;
    assert.deepEqual(sessions, [undefined, undefined, "2026 hello"]);
    assert.deepEqual(started, [4242]);
  });

  it("lets the user review a lock that replaced another one, before the sources are pulled", async () => {
    const folder = await mkdtemp(join(tmpdir(), "lock-"));
    const lockFile = join(folder, "hello.opam.locked");
    await writeFile(lockFile, "old");
    const environment = testEnvironment({
      lock: () => {
        writeFileSync(lockFile, "new");
        return { lockFile };
      },
    });
    environment.set({ ...unconfigured, configured: { target: "unix", options: [] }, lockFile });
    const reviewed: unknown[] = [];
    const reviewLock: JobEnvironment["reviewLock"] = async (lock) => {
      reviewed.push(lock, [...environment.ran]);
      await Promise.resolve();
    };
    const fetchedAfter: (readonly string[])[] = [];
    const fetched = async () => {
      fetchedAfter.push([...environment.ran]);
      await Promise.resolve();
    };
    await createJobs({ ...environment, reviewLock, fetched }).start(jobRequest("fetch")).result;
    await rm(folder, { recursive: true });
    assert.deepEqual(fetchedAfter, [["lock", "install-switch", "pull"]]);
    assert.deepEqual(reviewed, [{ name: "hello", path: lockFile, before: "old" }, ["lock"]]);
    assert.deepEqual(environment.ran, ["lock", "install-switch", "pull"]);
  });

  it("updates some packages of a lock, and restores the lock file if that fails or is cancelled", async () => {
    const folder = await mkdtemp(join(tmpdir(), "lock-"));
    const lockFile = join(folder, "hello.opam.locked");
    const lockUpdate = { lockFile, kept: "kept" };
    const seen: [string, string | undefined][] = [];
    const update = async (end: object | number, lock: typeof lockUpdate, cancels = false) => {
      await writeFile(lockFile, "old");
      const environment = testEnvironment({
        lock: ({ args }) => {
          seen.push([readFileSync(lockFile, "utf8"), args[1]]);
          writeFileSync(lockFile, "new");
          return end;
        },
      });
      environment.set({ ...unconfigured, configured: { target: "unix", options: [] }, lockFile });
      const abort = new AbortController();
      const onStep = () => cancels && abort.abort();
      const updated = { ...jobRequest("lock"), lockUpdate: lock };
      await createJobs(environment).start(updated, { onStep }, abort.signal).result;
      return readFileSync(lockFile, "utf8");
    };
    assert.equal(await update({ lockFile }, lockUpdate), "new");
    assert.equal(await update(1, lockUpdate), "old");
    assert.deepEqual(seen, [
      ["kept", keepLockedVersions],
      ["kept", keepLockedVersions],
    ]);
    assert.equal(await update({ lockFile }, lockUpdate, true), "old");
    // The lock file of another target.
    assert.equal(await update({ lockFile }, { ...lockUpdate, lockFile: `${lockFile}2` }), "new");
    assert.deepEqual(seen.at(-1), ["old", undefined]);
    await rm(folder, { recursive: true });
  });

  it("fetches dependencies before a build only with consent", async () => {
    const environment = testEnvironment();
    environment.answer = "fetch";
    await createJobs(environment).start(jobRequest("build")).result;
    assert.deepEqual(environment.ran, ["configure", "lock", "install-switch", "pull", "build"]);
    const declined = testEnvironment();
    declined.answer = "cancel";
    assert.deepEqual(await createJobs(declined).start(jobRequest("build")).result, { kind: "cancelled" });
    assert.deepEqual(declined.ran, ["configure"]);
  });

  it("does nothing if the target can't be used here, and asks again after a fetch that may install tools", async () => {
    const problem = problems.targetNotReady("unix", { action: "boot", reasons: ["x"] }, "y", []);
    const refusing = testEnvironment();
    const result = await createJobs({ ...refusing, checkTarget: () => Promise.resolve(problem) }).start(
      jobRequest("build-and-run"),
    ).result;
    assert.ok(result.kind === "failed" && result.problem === problem);
    assert.deepEqual(refusing.ran, []);

    const environment = testEnvironment();
    environment.answer = "fetch";
    const uses: object[] = [];
    const later = await createJobs({
      ...environment,
      checkTarget: (_, use) => (uses.push(use), Promise.resolve(use.installs ? undefined : problem)),
    }).start(jobRequest("build")).result;
    assert.equal(later.kind, "failed");
    assert.deepEqual(environment.ran, ["configure", "lock", "install-switch", "pull"]);
    assert.deepEqual(uses, [
      { boots: false, builds: true, installs: true },
      { boots: false, builds: true, installs: false },
    ]);
  });

  it("does not check the target for goals that neither build nor boot", async () => {
    const environment = testEnvironment();
    const checkTarget = () => Promise.reject(new Error("checked"));
    for (const goal of ["configure", "fetch", "clean"] as const)
      assert.deepEqual(await createJobs({ ...environment, checkTarget }).start(jobRequest(goal)).result, {
        kind: "done",
      });
  });

  it("reports that a question is open until it is answered", async () => {
    const environment = testEnvironment();
    const answered = Promise.withResolvers<void>();
    const jobs = createJobs({
      ...environment,
      boot: async (job, state, onPrompt) => {
        onPrompt(true);
        await answered.promise;
        onPrompt(false);
        return environment.boot(job, state, onPrompt);
      },
      confirmFetch: () => (seen.push("confirm"), Promise.resolve("build")),
    });
    const seen: string[] = [];
    const bootPrompt = Promise.withResolvers<void>();
    jobs.onChange(() => {
      seen.push(...jobs.active().map(({ prompting, step }) => `${step} ${prompting}`));
      if (seen.at(-1) === "build true") bootPrompt.resolve();
    });
    const job = jobs.start(jobRequest("build-and-run"));
    await bootPrompt.promise;
    assert.ok(seen.indexOf("configure true") < seen.indexOf("confirm"), "before the first question");
    assert.ok(seen.lastIndexOf("configure false") > seen.indexOf("confirm"));
    answered.resolve();
    assert.equal((await job.result).kind, "ran");
    assert.deepEqual(seen.slice(-2), ["build false", "run false"]);
  });

  it("counts the steps, and those of a fetch once it is agreed to", async () => {
    const environment = testEnvironment();
    environment.answer = "fetch";
    const jobs = createJobs(environment, () => 7);
    const seen: string[] = [];
    jobs.onChange(() => {
      const text = jobs
        .active()
        .map((job) => progressText(job))
        .join();
      if (text !== seen.at(-1)) seen.push(text);
    });
    const job = jobs.start(jobRequest("build"));
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
    const environment = testEnvironment({
      build: () =>
        'File "unikernel.ml", line 3, characters 4-7:\nError: Unbound value foo\nHint: Did you mean fo?\n',
    });
    const result = await createJobs(environment).start(jobRequest("build-and-run")).result;
    assert.equal(result.kind, "failed");
    assert.ok(result.kind === "failed" && result.step === "build");
    assert.match(result.problem.message, /: Unbound value foo$/);
    assert.ok(!environment.ran.includes("/p/dist/hello"));
  });

  it("reads what Clean has left before it ends", async () => {
    const environment = testEnvironment({ clean: () => unconfigured });
    environment.set({ ...unconfigured, configured: { target: "unix", options: [] } });
    const isConfigured: boolean[] = [];
    const state: JobEnvironment["state"] = async (unikernel) => {
      const read = await environment.state(unikernel);
      isConfigured.push(read?.configured !== undefined);
      return read;
    };
    await createJobs({ ...environment, state }).start(jobRequest("clean")).result;
    assert.equal(isConfigured.at(-1), false);
  });

  it("remembers how the last job of a unikernel failed, until its next one works on the files", async () => {
    let isBroken = true;
    const jobs = createJobs(testEnvironment({ build: () => (isBroken ? 1 : { image }) }));
    assert.equal(jobs.lastFailure(hello.id), undefined);
    await jobs.start(jobRequest("build")).result;
    assert.equal(jobs.lastFailure(hello.id)?.step, "build");
    isBroken = false;
    await jobs.start(jobRequest("build")).result;
    assert.equal(jobs.lastFailure(hello.id), undefined);
  });

  it("fails if a step exited with code 0 but achieved nothing", async () => {
    const silent = await createJobs(testEnvironment({ configure: () => ({}) })).start(jobRequest("configure"))
      .result;
    assert.ok(silent.kind === "failed" && silent.problem.code === "nothing-configured");
    const empty = await createJobs(testEnvironment({ build: () => ({}) })).start(jobRequest("build")).result;
    assert.ok(empty.kind === "failed" && empty.problem.code === "no-image");
  });

  it("accepts a configure even if config.ml is dated in the future", async () => {
    const late = { step: "configure", reason: "config.ml changed after configure" } as const;
    const environment = testEnvironment({
      configure: () => ({ configured: { target: "unix", options: [] }, stale: [late] }),
    });
    assert.deepEqual(await createJobs(environment).start(jobRequest("configure")).result, { kind: "done" });
  });

  it("fails if config.ml is deleted while the job runs", async () => {
    const environment = testEnvironment({ configure: () => (environment.set(undefined), {}) });
    const result = await createJobs(environment).start(jobRequest("build")).result;
    assert.ok(result.kind === "failed" && result.problem.code === "project-gone");
  });

  it("fails with the message of an unexpected error, and logs the error", async () => {
    const defect = new TypeError("x is not a function");
    const environment = testEnvironment();
    const broken = [
      { ...environment, resolve: () => Promise.reject(defect) },
      { ...environment, report: () => Promise.reject(defect) },
      { ...environment, built: () => Promise.reject(defect) },
      { ...environment, boot: () => Promise.reject(defect) },
    ];
    for (const each of broken) {
      const jobs = createJobs(each);
      const result = await jobs.start(jobRequest("build-and-run")).result;
      assert.ok(result.kind === "failed" && result.problem.code === "unexpected");
      assert.match(result.problem.message, /x is not a function/);
      assert.deepEqual(jobs.active(), []);
    }
    assert.deepEqual(
      environment.logged,
      broken.map(() => defect),
    );
  });

  it("completes the job if a listener throws, and logs the error", async () => {
    const environment = testEnvironment();
    const jobs = createJobs(environment);
    jobs.onChange(() => {
      throw new Error("broken view");
    });
    assert.deepEqual(await jobs.start(jobRequest("build")).result, { kind: "done" });
    assert.match(String(environment.logged[0]), /broken view/);
  });
});
