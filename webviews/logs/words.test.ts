import assert from "node:assert/strict";
import type { Row } from "./messages.ts";
import { hitFinder } from "../../extension/logs/search.ts";
import { complaint, piecesOf, timeText, visible } from "./words.ts";

const row = (change: Partial<Row>): Row => ({
  seq: 0,
  time: 0,
  sinceStart: 0,
  sinceRow: undefined,
  kind: "log",
  stream: "stdout",
  level: "info",
  source: undefined,
  message: "",
  lead: 0,
  hits: [],
  cut: false,
  more: 0,
  ...change,
});
const hits = (message: string, text: string, regex: boolean) =>
  piecesOf(message, hitFinder({ text, regex })?.(message) ?? []).flatMap((piece) =>
    piece.hit ? [piece.text] : [],
  );

describe("words of the log panel", () => {
  it("mark what the filter finds, and lose nothing of the message", () => {
    assert.deepEqual(hits("a.b A.B axb", "a.b", false), ["a.b", "A.B"]);
    assert.deepEqual(hits("a.b A.B axb", "a.b", true), ["a.b", "A.B", "axb"]);
    assert.deepEqual(hits("abc", "x*", true), []);
    for (const text of ["b", "a*", "^", "$", "z"])
      assert.equal(
        piecesOf("aab\nb", hitFinder({ text, regex: true })?.("aab\nb") ?? [])
          .map((piece) => piece.text)
          .join(""),
        "aab\nb",
      );
    assert.match(complaint("(", true) ?? "", /Invalid regular expression/);
    assert.equal(complaint("(", false), undefined);
  });

  it("show what would not be seen", () => {
    assert.equal(visible("a\u0000\u001b[0m\u007f\u202eb\tc"), "a\u2400\u241b[0m\u2421\u27e8U+202E\u27e9b\tc");
    assert.equal(visible("\u05d0 caf\u00e9 \u{1f600}"), "\u05d0 caf\u00e9 \u{1f600}");
  });

  it("tell spans of milliseconds, minutes and hours", () => {
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
});
