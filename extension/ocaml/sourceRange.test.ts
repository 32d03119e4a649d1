import assert from "node:assert/strict";
import { sourceRanges } from "./sourceRange.ts";

describe("the ranges of a text", () => {
  it("count lines that end at LF, CR LF and a lone CR", () => {
    const rangeOf = sourceRanges("a\nbc\r\nd\re");
    assert.deepEqual(rangeOf(0, 3), { startLine: 0, startColumn: 0, endLine: 1, endColumn: 1 });
    assert.deepEqual(rangeOf(6, 8), { startLine: 2, startColumn: 0, endLine: 3, endColumn: 0 });
    assert.deepEqual(rangeOf(8, 9), { startLine: 3, startColumn: 0, endLine: 3, endColumn: 1 });
  });

  it("count columns in UTF-16 units", () => {
    assert.deepEqual(sourceRanges("é😀x")(3, 4), {
      startLine: 0,
      startColumn: 3,
      endLine: 0,
      endColumn: 4,
    });
  });
});
