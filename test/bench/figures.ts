import type { Range } from "../../scripts/bench.ts";

/** Returns the median of some values. Throws if there are none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.floor((sorted.length - 1) / 2)];
  if (upper === undefined || lower === undefined) throw new Error("Nothing was measured.");
  return (lower + upper) / 2;
}

/** Returns the value and range of a row from the rounds of a measurement. */
export function rounds(values: readonly number[]): { readonly value: number; readonly range: Range } {
  return { value: median(values), range: { min: Math.min(...values), max: Math.max(...values) } };
}
