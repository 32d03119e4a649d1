import assert from "node:assert/strict";
import { ProblemError, problems } from "../platform/errors.ts";
import { isHostProblem } from "./hostProblem.ts";

describe("A problem of the host", () => {
  const noCompiler = new ProblemError(
    problems.targetNotReady("spt", { action: "build", reasons: ["ocaml-solo5 is missing"] }, "", []),
  );

  it("is one that prevents the boot, also as the cause of a build that was refused", () => {
    assert.ok(isHostProblem(noCompiler));
    assert.ok(isHostProblem(new ProblemError(problems.notReady("tap100 does not exist."))));
    assert.ok(isHostProblem(new Error("refused", { cause: noCompiler })));
  });

  it("is not one of the unikernel", () => {
    assert.ok(!isHostProblem(new Error("refused")));
    assert.ok(!isHostProblem(new ProblemError(problems.noImage("spt"))));
    assert.ok(!isHostProblem(new Error("failed", { cause: new ProblemError(problems.noImage("spt")) })));
  });
});
