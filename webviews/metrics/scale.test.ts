import assert from "node:assert/strict";
import { timeTicks, valueScale } from "./scale.ts";

describe("The scale of a chart", () => {
  it("has round labels around the values", () => {
    assert.deepEqual(valueScale(12_000, 15_000, 4).ticks, [12_000, 13_000, 14_000, 15_000]);
    assert.deepEqual(valueScale(0.52, 0.71, 4).ticks, [0.5, 0.55, 0.6, 0.65, 0.7, 0.75]);
    assert.deepEqual(valueScale(-3, 4, 4).ticks, [-4, -2, 0, 2, 4]);
  });

  it("begins at 0 if the values are near it", () => {
    assert.deepEqual(valueScale(1, 9, 4).ticks, [0, 5, 10]);
  });

  it("has values that are all the same in its middle", () => {
    for (const value of [0, 7, -3, 1e21, 1e-9]) {
      const { low, high, ticks } = valueScale(value, value, 4);
      assert.ok(low < value && value < high, String(value));
      assert.ok(ticks.length > 1 && ticks.length < 10, String(ticks.length));
    }
  });

  it("has few labels whatever the values are", () => {
    for (const [low, high] of [
      [0, Number.MAX_VALUE / 4],
      [2 ** 53, 2 ** 53 + 2],
      [-1e-300, 1e300],
      [1e15, 1e15 + 0.25],
    ] as const)
      assert.ok(valueScale(low, high, 4).ticks.length < 12, `${low} ${high}`);
  });

  it("has full seconds or minutes", () => {
    const at = (text: string) => Date.parse(`2026-01-01T${text}Z`);
    const texts = (from: string, to: string) =>
      timeTicks(at(from), at(to), 5).map((tick) => new Date(tick).toISOString().slice(11, 19));
    assert.deepEqual(texts("12:00:03", "12:00:41"), ["12:00:10", "12:00:20", "12:00:30", "12:00:40"]);
    assert.deepEqual(texts("12:00:03", "13:00:01"), ["12:15:00", "12:30:00", "12:45:00", "13:00:00"]);
    assert.ok(timeTicks(0, 1e12, 5).length <= 6);
    assert.deepEqual(timeTicks(1500, 1500, 5), []);
  });
});
