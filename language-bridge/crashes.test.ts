import assert from "node:assert/strict";
import { createCrashCount } from "./crashes.ts";

describe("crashes of a server", () => {
  it("are waited out twice as long each time, and come to an end", () => {
    const crashes = createCrashCount();
    const seen = Array.from({ length: 10 }, (_, index) => crashes.crashed(index * 1000));
    assert.deepEqual(
      seen.slice(0, 4).map((next) => (next.kind === "again" ? next.seconds : undefined)),
      [1, 2, 4, 8],
    );
    for (const next of seen.slice(4)) assert.equal(next.kind, "giveUp");
  });

  it("after an hour of service count as the first", () => {
    const crashes = createCrashCount();
    for (let index = 0; index < 4; index++) crashes.crashed(index);
    assert.deepEqual(crashes.crashed(3_600_000), { kind: "again", crashes: 1, seconds: 1 });
  });

  it("are forgotten when the user starts the server again", () => {
    const crashes = createCrashCount();
    for (let index = 0; index < 5; index++) crashes.crashed(index);
    crashes.forget();
    assert.equal(crashes.crashed(10).kind, "again");
  });
});
