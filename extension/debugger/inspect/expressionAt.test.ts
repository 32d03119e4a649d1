import assert from "node:assert/strict";
import { expressionAt } from "./expressionAt.ts";

/** Evaluated for a place that `|` marks. */
const at = (marked: string): string | undefined => {
  const line = marked.replace("|", "");
  const found = expressionAt(line, marked.indexOf("|"));
  return found && line.slice(found.start, found.end);
};

describe("The expression at a place, for a hover", () => {
  for (const [marked, expected] of [
    ["let size = List.length req|uest.headers in", "request"],
    ["let size = List.length request.hea|ders in", "request.headers"],
    ["  f items.(3).na|me x'", "items.(3).name"],
    ["  f ite|ms.(3)", "items"],
    ["  g a.b.(i + (1)).c.d|", "a.b.(i + (1)).c.d"],
    ["  x|' + 1", "x'"],
    ["  Lis|t.length l", undefined],
    ["  List.len|gth l", undefined],
    ["  (f x).na|me", undefined],
    ["  i|n", undefined],
    ["  ~lab|el:1", undefined],
    ['  "te|xt"', undefined],
  ] as const) {
    it(`is ${expected ?? "none"} in ${marked.trim()}`, () => assert.equal(at(marked), expected));
  }
});
