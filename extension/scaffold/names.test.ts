import assert from "node:assert/strict";
import { freeName, nameProblem } from "./names.ts";

describe("nameProblem", () => {
  it("accepts names that a program, an opam package and a folder can have", () => {
    for (const name of ["hello", "Hello_2", "kv-ro", "x"]) assert.equal(nameProblem(name), undefined, name);
  });

  it("explains why a name is not accepted", () => {
    assert.match(nameProblem("") ?? "", /Enter a name/);
    assert.match(nameProblem("2fast") ?? "", /must start with a letter/);
    assert.match(nameProblem("-t") ?? "", /must start with a letter/);
    assert.match(nameProblem("my unikernel") ?? "", /no spaces/);
    assert.match(nameProblem("a/b") ?? "", /not \//);
    assert.match(nameProblem("h..") ?? "", /not \./);
    assert.match(nameProblem("café") ?? "", /not é/);
    assert.match(nameProblem("a".repeat(65)) ?? "", /at most/);
    assert.match(nameProblem("module") ?? "", /reserved word in OCaml/);
    assert.match(nameProblem("mirage") ?? "", /generated file/);
    assert.match(nameProblem("git") ?? "", /git-unix is an opam library/);
    assert.match(nameProblem("Hello", ["hello"]) ?? "", /already has a unikernel named hello/);
  });
});

describe("freeName", () => {
  it("adds a number if the name is taken", () => {
    assert.equal(freeName("hello", []), "hello");
    assert.equal(freeName("hello", ["hello", "Hello-2"]), "hello-3");
  });
});
