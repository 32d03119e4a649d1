import assert from "node:assert/strict";
import { createCrashCount } from "./crashCount.ts";

describe("createCrashCount", () => {
  it("doubles the delay with each crash and gives up after five", () => {
    const crashes = createCrashCount();
    const results = Array.from({ length: 10 }, (_, index) => crashes.crashed(index * 1000));
    assert.deepEqual(
      results.slice(0, 4).map((next) => (next.kind === "restart" ? next.seconds : undefined)),
      [1, 2, 4, 8],
    );
    for (const next of results.slice(4)) assert.equal(next.kind, "giveUp");
  });

  it("counts a crash after an hour as the first", () => {
    const crashes = createCrashCount();
    for (let index = 0; index < 4; index++) crashes.crashed(index);
    assert.deepEqual(crashes.crashed(3_600_000), { kind: "restart", crashes: 1, seconds: 1 });
  });

  it("starts over when the user restarts the server", () => {
    const crashes = createCrashCount();
    for (let index = 0; index < 5; index++) crashes.crashed(index);
    crashes.reset();
    assert.equal(crashes.crashed(10).kind, "restart");
  });
});
