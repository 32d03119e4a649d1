import assert from "node:assert/strict";
import type { ProcessResult } from "../platform/process.ts";
import { createJobs } from "./jobs.ts";
import { hello, ended, testEnvironment, jobRequest } from "./testJobs.ts";

describe("The queue of jobs", () => {
  it("cancels a job when its signal is aborted, and no other job of the project", async () => {
    const environment = testEnvironment();
    const jobs = createJobs(environment);
    const stop = new AbortController();
    const users = jobs.start(jobRequest("build"));
    const launched = jobs.start(jobRequest("build"), {}, stop.signal);
    stop.abort();
    assert.deepEqual(await launched.result, { kind: "cancelled" });
    assert.deepEqual(await users.result, { kind: "done" });
    assert.deepEqual(environment.ran, ["configure", "build"]);
  });

  it("starts no program if the signal was aborted before", async () => {
    const environment = testEnvironment();
    const job = createJobs(environment).start(jobRequest("build"), {}, AbortSignal.abort());
    assert.deepEqual(await job.result, { kind: "cancelled" });
    assert.deepEqual(environment.ran, []);
  });

  it("runs the jobs of a project one at a time and in order, and cancels queued jobs", async () => {
    const environment = testEnvironment();
    const jobs = createJobs(environment);
    const started = (["configure", "build", "clean"] as const).map((goal) => jobs.start(jobRequest(goal)));
    started[2]?.cancel();
    const results = await Promise.all(started.map((job) => job.result));
    assert.deepEqual(
      results.map((result) => result.kind),
      ["done", "done", "cancelled"],
    );
    assert.deepEqual(environment.ran, ["configure", "build"]);
    assert.deepEqual(jobs.active(), []);
  });

  it("cancels other work on a project's files before a job, and starts none while a job runs", async () => {
    const environment = testEnvironment();
    const jobs = createJobs(environment);
    const events: string[] = [];
    const { signal } = new AbortController();
    const started = Promise.withResolvers<void>();
    const work = jobs.runBetween(
      hello.root,
      async (cancelled) => {
        started.resolve();
        await new Promise((resolve) => cancelled.addEventListener("abort", resolve));
        events.push(`cancelled before ${environment.ran.length} programs`);
      },
      signal,
    );
    await started.promise;
    const job = jobs.start(jobRequest("build"));
    const later = jobs.runBetween(hello.root, () => Promise.resolve(void events.push("late")), signal);
    const elsewhere = jobs.runBetween("/q", () => Promise.resolve(void events.push("elsewhere")), signal);
    await Promise.all([work, later, elsewhere]);
    assert.deepEqual(await job.result, { kind: "done" });
    assert.deepEqual(events.toSorted(), ["cancelled before 0 programs", "elsewhere"]);
    await jobs.runBetween(hello.root, () => Promise.resolve(void events.push("after")), signal);
    assert.equal(events.at(-1), "after");
  });

  it("runs other work on a project's files between the jobs before and after it", async () => {
    const environment = testEnvironment();
    const jobs = createJobs(environment);
    const { signal } = new AbortController();
    const first = jobs.start(jobRequest("build"));
    const work = jobs.runQueued(hello.root, async () => [...environment.ran], signal);
    const second = jobs.start(jobRequest("clean"));
    const ranBefore = await work;
    assert.equal((await first.result).kind, "done");
    assert.equal((await second.result).kind, "done");
    assert.equal(ranBefore.at(-1), "build");
    assert.ok(environment.ran.length > ranBefore.length);
  });

  it("does not block other jobs of the project while a unikernel runs", async () => {
    const running = Promise.withResolvers<ProcessResult>();
    const environment = testEnvironment();
    const programs = environment.run;
    const jobs = createJobs({
      ...environment,
      run: (spec, hooks) => (spec.file === "/p/dist/hello" ? running.promise : programs(spec, hooks)),
    });
    const server = jobs.start(jobRequest("build-and-run"));
    assert.equal((await jobs.start(jobRequest("clean")).result).kind, "done");
    running.resolve(ended(0));
    assert.equal((await server.result).kind, "ran");
  });
});
