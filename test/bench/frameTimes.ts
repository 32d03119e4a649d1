import type { Row } from "../../scripts/bench.ts";
import type { View } from "../webviews/view.ts";

const frameMs = 1500;

/**
 * Measures the mean frame time of a page while `move` is called again and again, with the number of the call. `around` can
 * do something before and after this. The target of 20 ms is 50 frames per second.
 */
export async function frameTimes(
  view: View,
  what: string,
  move: (step: number) => Promise<void>,
  around: (view: View, act: () => Promise<void>) => Promise<void> = (_, act) => act(),
): Promise<Row> {
  const spans = view.probe<number[]>(`frames(${frameMs})`);
  const state = { running: true };
  const recorded = spans.finally(() => (state.running = false));
  await around(view, async () => {
    for (let step = 0; state.running; step++) await move(step);
  });
  const sorted = (await recorded).toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.floor(sorted.length * share)] ?? 0;
  return {
    what: `frame time, ${what} (5th and 95th percentile)`,
    value: sorted.reduce((sum, span) => sum + span, 0) / sorted.length,
    range: { min: at(0.05), max: at(0.95) },
    unit: "ms",
    target: 20,
  };
}
