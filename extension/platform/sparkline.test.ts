import assert from "node:assert/strict";
import { sparkline } from "./sparkline.ts";

describe("A sparkline", () => {
  it("has the last values between the lowest and the highest bar", () => {
    assert.equal(sparkline([9, 0, 1, 2, 3, 4, 5, 6, 7], 8), "▁▂▃▄▅▆▇█");
    assert.equal(sparkline([]), "");
  });

  it("is flat for equal values and has gaps for those that are not finite", () => {
    assert.equal(sparkline([5, 5, Number.NaN, 5]), "▁▁ ▁");
  });
});
