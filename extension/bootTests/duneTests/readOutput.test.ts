import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readCases } from "./readCases.ts";
import { placesIn, readDuneOutput, textsOfDiff } from "./readOutput.ts";

const recordings = join(import.meta.dirname, "../../../test-workspace/recordings/dune-3.24.1");
const recorded = (name: string) => readFileSync(join(recordings, name), "utf8");
const failures = readDuneOutput(recorded("failed.txt"));
const failureIn = (file: string) => {
  const found = failures.find((each) => each.file === file);
  assert.ok(found, `no failure in ${file}`);
  return found;
};

describe("The output of failed tests", () => {
  it("has the difference of a cram test at its first changed line, with both texts", () => {
    const { line, hunks } = failureIn("test/boot.t");
    assert.equal(line, 5);
    const before = "A file.\n\n  $ echo hello\n  hello\n  $ echo world\n  there\n  $ exit 3\n";
    const { expected, actual } = textsOfDiff(hunks, before);
    assert.equal(expected, before);
    assert.equal(
      actual,
      "A file.\n\n  $ echo hello\n  hello\n  $ echo world\n  world\n  $ exit 3\n  ***** UNREACHABLE *****\n",
    );
  });

  it("has only the changed part if the file no longer matches", () => {
    const { hunks } = failureIn("test/plain.expected");
    assert.deepEqual(textsOfDiff(hunks, "something else\n"), { expected: "one\nthree", actual: "one\ntwo" });
  });

  it("has the difference of a cram folder at its script", () => {
    assert.equal(failureIn("test/folder.t/run.t").line, 1);
  });

  it("reads a difference that only adds lines, as diff prints it", () => {
    const [failure] = readDuneOutput(
      'File "a.expected", line 1, characters 0-0:\n--- a.expected\n+++ a.output\n@@ -0,0 +1,2 @@\n+one\n+two\n',
    );
    assert.ok(failure);
    assert.equal(textsOfDiff(failure.hunks, "").actual, "one\ntwo\n");
  });

  it("has an error of the compiler at its place", () => {
    const [first] = readDuneOutput(recorded("compile.txt"));
    assert.equal(first?.file, "test/test_prop.ml");
    assert.equal(first?.line, 1);
    assert.match(first?.message ?? "", /unused value fail/);
  });

  it("has what a program printed at its stanza, and the places of a backtrace", () => {
    const exception = failures.find(({ message }) => message.includes('Failure("boom")'));
    assert.equal(exception?.file, "test/dune");
    const text = 'Called from Dune__exe__T.f in file "test/t.ml", line 3, characters 4-8';
    assert.deepEqual(placesIn(text), [{ file: "test/t.ml", line: 2 }]);
  });

  it("accepts any text", () => {
    assert.deepEqual(readDuneOutput(""), []);
    assert.equal(readDuneOutput("@@ -1 +1 @@\n-a").length, 1);
  });
});

describe("The cases of a test", () => {
  const cases = readCases(recorded("failed.txt"));
  const named = (suite: string, name: string) =>
    cases.find((each) => each.suite === suite && each.name === name);

  it("are those of Alcotest, with what was expected and received", () => {
    assert.equal(named("add", "right text")?.result, "passed");
    assert.equal(named("raise it", "raises an exception")?.result, "failed");
    const wrong = named("add", "wrong sum");
    assert.equal(wrong?.result, "failed");
    assert.equal(wrong?.expected, "4");
    assert.equal(wrong?.actual, "5");
    assert.match(wrong?.message ?? "", /^ASSERT same sum/);
    assert.doesNotMatch(wrong?.message ?? "", /Logs saved/);
  });

  it("are those of QCheck under Alcotest", () => {
    assert.equal(named("list", "rev twice")?.result, "passed");
    assert.match(named("list", "all small")?.message ?? "", /failed on ≥ 1 cases: 100/);
  });

  it("are those of QCheck with the counterexample and the exception", () => {
    assert.match(named("", "all small")?.message ?? "", /\n100$/);
    assert.match(named("", "raises")?.message ?? "", /Failure\("bang"\)$/);
  });

  it("keep names with spaces and other letters, and skipped cases", () => {
    const found = readCases(recorded("names.txt"));
    assert.deepEqual(
      found.map(({ suite, name, result }) => `${suite}/${name.replace(/x{120}/, "x…")}/${result}`),
      [
        "suite one/with  two spaces: and a colon/passed",
        "suite one/é ünïcode ✓/failed",
        "a very long name of a suite that goes on and on/x…/passed",
        "a very long name of a suite that goes on and on/multi line/failed",
        "a very long name of a suite that goes on and on/skips/skipped",
        "/passes (with parens) 100%/passed",
        "/fails/failed",
        "/raises/failed",
      ],
    );
    const texts = found.find(({ name }) => name === "multi line");
    assert.deepEqual([texts?.expected, texts?.actual], [String.raw`"one\ntwo"`, String.raw`"one\nthree"`]);
  });

  it("are those that passed", () => {
    const passed = readCases(recorded("passed.txt"));
    assert.deepEqual(
      passed.map(({ name, result }) => `${name}: ${result}`),
      ["wrong sum: passed", "right text: passed", "raises an exception: passed"],
    );
  });

  it("are none in other output", () => {
    assert.deepEqual(readCases("hello\n[ OK ] ready\n"), []);
  });
});
