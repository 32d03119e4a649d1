import { setTimeout as sleep } from "node:timers/promises";
import { shortMs } from "../harness/limits.ts";

/**
 * Repeats a query until its result is as expected, and returns that result. Rejects with `explain` of the last
 * result after `timeoutMs` milliseconds. For changes that neither a locator nor an event reports.
 */
export async function poll<T>(
  query: () => T | Promise<T>,
  isExpected: (result: T) => boolean,
  explain: (last: T) => string,
  timeoutMs = shortMs,
): Promise<T> {
  for (const until = performance.now() + timeoutMs; ; await sleep(100)) {
    const result = await query();
    if (isExpected(result)) return result;
    if (performance.now() > until) throw new Error(explain(result));
  }
}
