import assert from "node:assert/strict";
import fc from "fast-check";
import { createRowHeights } from "./rowHeights.ts";

describe("row heights", () => {
  it("match the sum of the heights, for any changed rows", () => {
    const change = fc.tuple(fc.nat(3000), fc.integer({ min: 20, max: 400 }));
    fc.assert(
      fc.property(fc.array(change, { maxLength: 40 }), fc.nat(3100), (changes, row) => {
        const heights = createRowHeights(20);
        const plain = Array.from({ length: 3101 }, () => 20);
        for (const [at, height] of changes) {
          heights.set(at, height);
          plain[at] = height;
        }
        const top = plain.slice(0, row).reduce((sum, height) => sum + height, 0);
        assert.equal(heights.top(row), top);
        assert.equal(heights.rowAt(top), row);
        assert.equal(heights.rowAt(top + (plain[row] ?? 0) - 1), row);
      }),
      { numRuns: 100 },
    );
  });
});
