import assert from "node:assert/strict";
import { withinTime } from "./withinTime.ts";

describe("A promise with a limit of time", () => {
  it("has its result or its failure if it ends in time", async () => {
    assert.equal(await withinTime(60_000, Promise.resolve(1)), 1);
    await assert.rejects(withinTime(60_000, Promise.reject(new Error("no"))), /no/);
  });

  it("has no result if it does not end", async () => {
    assert.equal(await withinTime(1, new Promise(() => undefined)), undefined);
  });
});
