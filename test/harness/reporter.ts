import { appendFileSync } from "node:fs";
import { Hook, reporters, type Context, type MochaOptions, type Runner } from "mocha";

/** What a mocha run came to; one JSON line of this is added to the file that MIRAGEOS_COUNTS names. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
  /** Titles of the tests that failed, and of those not run, with the reason at the end of the title. */
  readonly failures: readonly string[];
  readonly skipped: readonly string[];
}

/**
 * A mocha reporter: prints like mocha's `spec`, or `dot` when MIRAGEOS_DOTS is set, and leaves the
 * counts for `npm test`, which adds up several runs.
 */
export default function report(runner: Runner, options: MochaOptions): void {
  const Print = process.env["MIRAGEOS_DOTS"] === undefined ? reporters.Spec : reporters.Dot;
  const printer = new Print(runner, options);
  const failures: string[] = [];
  const skipped: string[] = [];
  runner.on("fail", (test) => failures.push(test.fullTitle()));
  runner.on("pending", (test) => skipped.push(test.fullTitle()));
  runner.once("end", () => {
    const file = process.env["MIRAGEOS_COUNTS"];
    if (file === undefined) return;
    const counts: Counts = { passed: printer.stats.passes, failed: failures.length, failures, skipped };
    appendFileSync(file, `${JSON.stringify(counts)}\n`);
  });
}

/**
 * Skips the running test, or from a `before` all tests of its suite, and says why, in the list that
 * `npm test` prints at the end.
 */
export function skip(context: Context, reason: string): never {
  const { test } = context;
  const skipped = test instanceof Hook ? test.parent : test;
  if (skipped !== undefined) skipped.title += ` (skipped: ${reason})`;
  return context.skip();
}
