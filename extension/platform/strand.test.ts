import assert from "node:assert/strict";
import { createStrand } from "./strand.ts";

describe("strand", () => {
  it("runs jobs of one key in order, never two at once, and other keys meanwhile", async () => {
    const strand = createStrand();
    const seen: string[] = [];
    const first = Promise.withResolvers<void>();
    const jobs = [
      strand.run("a", async () => {
        seen.push("a1 begins");
        await first.promise;
        seen.push("a1 ends");
      }),
      strand.run("a", async () => void seen.push("a2")),
      strand.run("b", async () => {
        seen.push("b");
        first.resolve();
      }),
    ];
    await Promise.all(jobs);
    assert.deepEqual(seen, ["a1 begins", "b", "a1 ends", "a2"]);
    assert.equal(strand.length("a"), 0);
  });

  it("goes on after a job that fails", async () => {
    const strand = createStrand();
    const failing = strand.run("a", () => Promise.reject(new Error("no")));
    const next = strand.run("a", () => Promise.resolve(2));
    await assert.rejects(failing, /no/);
    assert.equal(await next, 2);
  });

  it("rejects a waiting job at once when it is aborted, and never begins it", async () => {
    const strand = createStrand();
    const gate = Promise.withResolvers<void>();
    const abort = new AbortController();
    let began = false;
    const first = strand.run("a", () => gate.promise);
    const waiting = strand.run("a", async () => void (began = true), abort.signal);
    abort.abort(new Error("cancelled"));
    await assert.rejects(waiting, /cancelled/);
    gate.resolve();
    await first;
    await strand.run("a", async () => {});
    assert.equal(began, false);
  });
});
