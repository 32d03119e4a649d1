import assert from "node:assert/strict";
import { isSourceOf } from "./debugTargets.ts";

describe("A breakpoint", () => {
  const roots = ["/ws/hello", "/ws/network"];

  it("needs gdb in sources of the unikernel and of libraries, but not in those of another unikernel", () => {
    const needs = (path: string) => isSourceOf(path, "/ws/hello", roots);
    assert.equal(needs("/ws/hello/unikernel.ml"), true);
    assert.equal(needs("/ws/shared/lexer.mll"), true);
    assert.equal(needs("/ws/network/unikernel.ml"), false);
    assert.equal(needs("/ws/hello/config.ml"), false);
    assert.equal(needs("/ws/hello/README.md"), false);
  });

  it("needs gdb in each source if a launch configuration names only the image", () => {
    assert.equal(isSourceOf("/ws/hello/unikernel.ml", undefined, roots), true);
    assert.equal(isSourceOf("/ws/hello/config.ml", undefined, roots), false);
  });
});
