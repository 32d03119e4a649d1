import assert from "node:assert/strict";
import { countsLine, countsOf, earlyEnd, type CountsEvent } from "./counts.ts";

const file = (...events: readonly CountsEvent[]): string => events.map(countsLine).join("");
const began: CountsEvent = { kind: "began" };
const ended: CountsEvent = { kind: "ended" };
const passed: CountsEvent = { kind: "passed", title: "adds" };

describe("A counts file", () => {
  it("adds up several runs, with the titles of failed and skipped tests", () => {
    const text = file(
      began,
      passed,
      { kind: "failed", title: "subtracts" },
      ended,
      began,
      { kind: "skipped", title: "divides (skipped: no divider)" },
      ended,
    );
    const counts = countsOf(text);
    assert.equal(counts.passed, 1);
    assert.deepEqual(counts.failures, ["subtracts"]);
    assert.deepEqual(counts.skipped, ["divides (skipped: no divider)"]);
    assert.equal(earlyEnd(counts), undefined);
  });

  it("lists a repeated test once, as failed or as passed at the second attempt", () => {
    const text = file(
      began,
      { kind: "repeated", title: "adds" },
      passed,
      { kind: "repeated", title: "divides" },
      { kind: "failed", title: "divides" },
      ended,
    );
    const { passed: count, failures, repeated } = countsOf(text);
    assert.deepEqual({ count, failures, repeated }, { count: 1, failures: ["divides"], repeated: ["adds"] });
  });

  it("counts the tests of a run that ended early, and reports the early end", () => {
    const counts = countsOf(file(began, passed, passed));
    assert.equal(counts.passed, 2);
    assert.equal(earlyEnd(counts), "the tests were ended early");
  });

  it("can be read if it ends in the middle of a line", () => {
    const text = file(began, passed) + countsLine(passed).slice(0, 12);
    assert.equal(countsOf(text).passed, 1);
  });

  it("without a run counts as a failure", () => {
    assert.equal(earlyEnd(countsOf("")), "no test ran");
  });

  it("preserves line breaks and quotes in titles", () => {
    const title = 'reads "a\nb"';
    assert.deepEqual(countsOf(file(began, { kind: "failed", title })).failures, [title]);
  });
});
