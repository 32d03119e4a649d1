import assert from "node:assert/strict";
import { freeName, nameProblem } from "./names.ts";

describe("the name of a new unikernel", () => {
  it("may be what a program, an opam package and a folder can be called", () => {
    for (const name of ["hello", "Hello_2", "kv-ro", "x"]) assert.equal(nameProblem(name), undefined, name);
  });

  it("is refused with the reason, in words", () => {
    assert.match(nameProblem("") ?? "", /Give/);
    assert.match(nameProblem("2fast") ?? "", /begins with a letter/);
    assert.match(nameProblem("-t") ?? "", /begins with a letter/);
    assert.match(nameProblem("my unikernel") ?? "", /no blanks/);
    assert.match(nameProblem("a/b") ?? "", /not \//);
    assert.match(nameProblem("h..") ?? "", /not \./);
    assert.match(nameProblem("café") ?? "", /not é/);
    assert.match(nameProblem("a".repeat(65)) ?? "", /at most/);
    assert.match(nameProblem("module") ?? "", /word of the OCaml language/);
    assert.match(nameProblem("mirage") ?? "", /writes/);
    assert.match(nameProblem("git") ?? "", /git-unix is a library/);
    assert.match(nameProblem("Hello", ["hello"]) ?? "", /a unikernel called hello already/);
  });

  it("is offered with a number where the first one is taken", () => {
    assert.equal(freeName("hello", []), "hello");
    assert.equal(freeName("hello", ["hello", "Hello-2"]), "hello-3");
  });
});
