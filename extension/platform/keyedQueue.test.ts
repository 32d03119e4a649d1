import assert from "node:assert/strict";
import { createKeyedQueue } from "./keyedQueue.ts";

describe("createKeyedQueue", () => {
  it("runs the jobs of one key in order, one at a time, and other keys in parallel", async () => {
    const queue = createKeyedQueue();
    const seen: string[] = [];
    const first = Promise.withResolvers<void>();
    const jobs = [
      queue.run("a", async () => {
        seen.push("a1 starts");
        await first.promise;
        seen.push("a1 ends");
      }),
      queue.run("a", async () => void seen.push("a2")),
      queue.run("b", async () => {
        seen.push("b");
        first.resolve();
      }),
    ];
    await Promise.all(jobs);
    assert.deepEqual(seen, ["a1 starts", "b", "a1 ends", "a2"]);
    assert.equal(queue.length("a"), 0);
  });

  it("runs the next job after one that failed", async () => {
    const queue = createKeyedQueue();
    const failing = queue.run("a", () => Promise.reject(new Error("no")));
    const next = queue.run("a", () => Promise.resolve(2));
    await assert.rejects(failing, /no/);
    assert.equal(await next, 2);
  });

  it("rejects a queued job at once when it is aborted, and never starts it", async () => {
    const queue = createKeyedQueue();
    const gate = Promise.withResolvers<void>();
    const abort = new AbortController();
    let started = false;
    const first = queue.run("a", () => gate.promise);
    const waiting = queue.run("a", async () => void (started = true), abort.signal);
    abort.abort(new Error("cancelled"));
    await assert.rejects(waiting, /cancelled/);
    gate.resolve();
    await first;
    await queue.run("a", async () => {});
    assert.equal(started, false);
  });
});
