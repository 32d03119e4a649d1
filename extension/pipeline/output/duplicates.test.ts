import assert from "node:assert/strict";
import type { OutputProblem } from "./outputProblem.ts";
import { withoutDuplicates } from "./duplicates.ts";

const ours: OutputProblem = {
  file: "/p/unikernel.ml",
  range: { startLine: 2, startColumn: 4, endLine: 2, endColumn: 9 },
  severity: "error",
  message: "This constant has type string but an expression was expected of type\n         int",
  related: [],
  source: "ocaml",
};
const theirs = {
  startLine: 2,
  endLine: 2,
  severity: "error",
  message: "Error: This constant has type string\nbut an expression was expected of type int",
} as const;

describe("withoutDuplicates", () => {
  it("drops a problem that a language server reports at the same place with the same text", () => {
    assert.deepEqual(withoutDuplicates([ours], [theirs]), []);
  });

  it("keeps problems with other lines, text or severity", () => {
    assert.deepEqual(withoutDuplicates([ours], [{ ...theirs, startLine: 7, endLine: 7 }]), [ours]);
    assert.deepEqual(withoutDuplicates([ours], [{ ...theirs, message: "Unbound value x" }]), [ours]);
    assert.deepEqual(withoutDuplicates([ours], [{ ...theirs, severity: "warning" }]), [ours]);
  });
});
