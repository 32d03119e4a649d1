import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { recorded } from "./testOutput.ts";
import { stripAnsi } from "../../platform/ansi.ts";

interface Pattern {
  readonly regexp: string;
  readonly file?: number;
  readonly line?: number;
  readonly severity?: number;
  readonly message?: number;
}

const { contributes } = JSON.parse(
  readFileSync(new URL("../../../package.json", import.meta.url), "utf8"),
) as { contributes: { problemMatchers: readonly { pattern: readonly Pattern[] }[] } };
const pattern = contributes.problemMatchers.flatMap((matcher) => matcher.pattern);

/**
 * Applies the patterns as VS Code does to the lines of a task: each pattern to one of as many lines in a row; the
 * texts of several lines are joined. https://code.visualstudio.com/docs/debugtest/tasks#_defining-a-multiline-problem-matcher
 */
function problemsIn(output: string): string[] {
  const lines = stripAnsi(output).split(/\r?\n/);
  const found: string[] = [];
  for (let at = 0; at + pattern.length <= lines.length; at++) {
    const matches = pattern.map(({ regexp }, index) => new RegExp(regexp).exec(lines[at + index] ?? ""));
    if (matches.includes(null)) continue;
    const all = (property: "file" | "line" | "severity" | "message"): string[] =>
      pattern.flatMap((each, index) => matches[index]?.[each[property] ?? -1] ?? []);
    const message = all("message").join("\n").trim();
    if (message === "") continue;
    found.push(`${all("file").join()}:${all("line").join()} ${all("severity")[0] ?? "warning"}: ${message}`);
    at += pattern.length - 1;
  }
  // VS Code shows equal problems once; dune prints some for each context.
  return [...new Set(found)];
}

const problemsOf = (file: string): string[] => problemsIn(recorded(file).toString("utf8"));

describe("the problem matcher $mirage", () => {
  it("finds errors of config.ml and unikernel.ml in the output of mirage, make and dune", () => {
    assert.deepEqual(problemsOf("errors/build/hvt/type-error/make-build.stderr"), [
      "unikernel.ml:8 Error: This constant has type string but an expression was expected of type",
    ]);
    assert.deepEqual(problemsOf("errors/configure/syntax-error/configure.stderr"), [
      "config.ml:6 Error: Syntax error: ] expected",
    ]);
    assert.deepEqual(problemsOf("errors/build/hvt/missing-library/make-build.stderr"), [
      'dune.build:13 Error: Library "cohttp-mirage" not found.',
    ]);
    assert.deepEqual(problemsOf("errors/build/hvt/unused-var-warning/dune-build.stderr"), [
      "unikernel.ml:4 Warning: unused variable unused.",
    ]);
  });

  it("finds several errors, those of two lines, and those without an excerpt, in files of the project only", () => {
    const output = [
      'File "unikernel.ml", line 1, characters 14-17:',
      '1 | let start = 1 + "a"',
      "                  ^^^",
      "Error: This constant has type string",
      'File "unikernel.ml", lines 3-4, characters 2-9:',
      "3 | ..let x =",
      "4 |   f y...",
      "Error (alert deprecated): f",
      'File "lib/a b.ml", line 7, characters 0-1:',
      "Alert deprecated: module Old",
      "",
      "",
      'File "caml_startup", line 1:',
      "Error: Error during linking",
      "make: *** [Makefile:59: build] Error 1",
      "",
    ].join("\n");
    assert.deepEqual(problemsIn(output), [
      "unikernel.ml:1 Error: This constant has type string",
      "unikernel.ml:3 Error: f",
      "lib/a b.ml:7 Alert: module Old",
    ]);
  });
});
