import assert from "node:assert/strict";
import { metricRows, type RunMetric } from "./metricRows.ts";

const metric = (field: string, values: readonly number[], tags = ""): RunMetric => ({
  measurement: "gc",
  tags,
  field,
  values,
});
const texts = (metrics: readonly RunMetric[]) =>
  metricRows(metrics).map(({ label, description }) => [label, description]);

describe("The rows of metrics", () => {
  it("have the history and the last value; the tooltip has the range", () => {
    const rows = metricRows([
      metric("live words", [15_000, 12_000, 13_388]),
      metric("half", [0.123456], "kind=a"),
    ]);
    assert.deepEqual(
      rows.map(({ kind, label, description }) => [kind, label, description]),
      [
        ["metric", "gc: live words", "█▁▄ 13,388"],
        ["metric", "gc (kind=a): half", "0.1235"],
      ],
    );
    assert.match(rows[0]?.tooltip ?? "", /^gc: live words\n12,000 – 15,000\n/);
  });

  it("are first those of numbers that rise and fall, then of counters, and last of those that stay 0", () => {
    const same = ["a", "b", "c", "d"].map((name) => metric(name, [7, 7]));
    const rows = texts([
      metric("zero", [0, 0]),
      ...same,
      metric("counter", [1, 2, 3]),
      metric("gauge", [1, 3, 2]),
    ]);
    const shown = ["gc: a", "gc: b", "gc: c", "gc: d", "gc: counter", "gc: gauge", "All 7 metrics"];
    assert.deepEqual(
      rows.map(([label]) => label),
      shown,
    );
  });

  it("keep their places while values change", () => {
    const rows = (first: readonly number[]) =>
      texts([metric("first", first), metric("second", [1, 3, 2])]).map(([label]) => label);
    assert.deepEqual(rows([7, 7]), ["gc: first", "gc: second"]);
    assert.deepEqual(rows([7, 7, 8, 7]), ["gc: first", "gc: second"]);
  });

  it("are few, and the last one says how many there are", () => {
    const metrics = Array.from({ length: 30 }, (_, index) => metric(`f${index}`, [index]));
    const rows = texts(metrics);
    assert.equal(rows.length, 7);
    assert.deepEqual(rows.at(-1), ["All 30 metrics", ""]);
  });

  it("show names on one line that is not too long", () => {
    const [[label = ""] = []] = texts([metric(`a\n\u202eb${"x".repeat(1000)}`, [1])]);
    assert.match(label, /^gc: a␊[^\n\u202e]*b/);
    assert.ok(label.length <= 120, String(label.length));
  });

  it("leave out texts and values that are not numbers", () => {
    assert.deepEqual(texts([metric("plain", []), metric("nan", [Number.NaN])]), [["All 2 metrics", ""]]);
    assert.deepEqual(texts([metric("some", [Number.NaN, 2, Number.POSITIVE_INFINITY])]), [
      ["gc: some", " ▁  Infinity"],
    ]);
    assert.deepEqual(texts([]), []);
  });
});
