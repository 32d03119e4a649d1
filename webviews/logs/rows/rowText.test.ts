import assert from "node:assert/strict";
import type { LogRow } from "../../../extension/protocol/logs.ts";
import { createHitFinder } from "../../../extension/logs/store/search.ts";
import { visibleText } from "../../../extension/protocol/visibleText.ts";
import { regexProblem, messageParts, timeText } from "./rowText.ts";

const row = (change: Partial<LogRow>): LogRow => ({
  seq: 0,
  time: 0,
  sinceStart: 0,
  sinceRow: undefined,
  kind: "log",
  stream: "stdout",
  level: "info",
  source: undefined,
  message: "",
  prefixLength: 0,
  hits: [],
  isTruncated: false,
  moreCount: 0,
  ...change,
});
const hits = (message: string, text: string, regex: boolean) =>
  messageParts(message, createHitFinder({ text, regex })?.(message) ?? []).flatMap((piece) =>
    piece.hit ? [piece.text] : [],
  );

describe("texts of the log panel", () => {
  it("mark the matches of the filter and contain the whole message", () => {
    assert.deepEqual(hits("a.b A.B axb", "a.b", false), ["a.b", "A.B"]);
    assert.deepEqual(hits("a.b A.B axb", "a.b", true), ["a.b", "A.B", "axb"]);
    assert.deepEqual(hits("abc", "x*", true), []);
    for (const text of ["b", "a*", "^", "$", "z"])
      assert.equal(
        messageParts("aab\nb", createHitFinder({ text, regex: true })?.("aab\nb") ?? [])
          .map((piece) => piece.text)
          .join(""),
        "aab\nb",
      );
    assert.match(regexProblem("(", true) ?? "", /Invalid regular expression/);
    assert.equal(regexProblem("(", false), undefined);
  });

  it("make invisible characters visible", () => {
    assert.equal(
      visibleText("a\u0000\u001b[0m\u007f\u202eb\tc"),
      "a\u2400\u241b[0m\u2421\u27e8U+202E\u27e9b\tc",
    );
    assert.equal(visibleText("\u05d0 caf\u00e9 \u{1f600}"), "\u05d0 caf\u00e9 \u{1f600}");
  });

  it("format spans of milliseconds, minutes and hours", () => {
    const since = (sinceStart: number) => timeText("start", row({ sinceStart }));
    assert.deepEqual([0, 59_999.6, 61_005, 3_661_000, -5].map(since), [
      "+0.000",
      "+1:00.000",
      "+1:01.005",
      "+1:01:01.000",
      "\u22120.005",
    ]);
    assert.equal(timeText("row", row({})), "");
  });

  it("show no milliseconds of a time in whole seconds", () => {
    const at = (milliseconds: number) =>
      timeText("clock", row({ time: new Date(2026, 0, 2, 3, 4, 5, milliseconds).getTime() }));
    assert.deepEqual([at(0), at(40)], ["03:04:05", "03:04:05.040"]);
  });
});
