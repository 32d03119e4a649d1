import assert from "node:assert/strict";
import { hitCounter } from "./hitConditions.ts";

const stops = (text: string): readonly number[] => {
  const counter = hitCounter(text);
  assert.ok(counter, text);
  return [1, 2, 3, 4, 5, 6].filter(() => counter());
};

describe("hit conditions", () => {
  it("stop at the hits that they name", () => {
    assert.deepEqual(stops("3"), [3]);
    assert.deepEqual(stops(" == 3 "), [3]);
    assert.deepEqual(stops(">= 5"), [5, 6]);
    assert.deepEqual(stops("> 5"), [6]);
    assert.deepEqual(stops("<=2"), [1, 2]);
    assert.deepEqual(stops("< 2"), [1]);
    assert.deepEqual(stops("% 2"), [2, 4, 6]);
  });

  it("are refused if they are something else", () => {
    for (const text of ["", "x", "% 0", "3 4", "-1", "1.5"]) assert.equal(hitCounter(text), undefined, text);
  });
});
