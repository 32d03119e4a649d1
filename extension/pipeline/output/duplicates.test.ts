import assert from "node:assert/strict";
import type { OutputProblem } from "./outputProblem.ts";
import { isDuplicate } from "./duplicates.ts";

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

describe("isDuplicate", () => {
  it("recognizes a problem that a language server reports at the same place with the same text", () => {
    assert.ok(isDuplicate(ours, theirs));
  });

  it("distinguishes problems with other lines, text or severity", () => {
    assert.ok(!isDuplicate(ours, { ...theirs, startLine: 7, endLine: 7 }));
    assert.ok(!isDuplicate(ours, { ...theirs, message: "Unbound value x" }));
    assert.ok(!isDuplicate(ours, { ...theirs, severity: "warning" }));
  });

  it("compares no texts if any problem of the same line is enough", () => {
    const other = { ...theirs, message: "Unbound value x" };
    assert.ok(isDuplicate(ours, other, true));
    assert.ok(!isDuplicate(ours, { ...other, startLine: 7, endLine: 7 }, true));
  });
});
