import assert from "node:assert/strict";
import { describeHostProblem } from "./hostError.ts";

describe("The problem of a daemon that ends while it is used", () => {
  it("is described in words, and the end is named as a cause", () => {
    // What a deployment results in if the daemon is killed: before all is sent, after that, and by TLS.
    for (const reason of ["EPIPE", "ECONNRESET"])
      assert.match(describeHostProblem({ kind: "gone", reason }), /\(the connection was closed\)/);
    for (const problem of [{ kind: "closed" }, { kind: "resetEarly", certificate: "dev" }] as const)
      assert.match(describeHostProblem(problem), /may have ended/);
  });
});
