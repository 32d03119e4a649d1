import { appendFileSync } from "node:fs";
import { Hook, reporters, type Context, type MochaOptions, type Runner } from "mocha";
import { countsLine, type CountsEvent } from "./counts.ts";

/**
 * A mocha reporter that prints like mocha's `spec`, or `dot` if MIRAGEOS_DOTS is set. When a test ends, it
 * appends the result to the file that MIRAGEOS_COUNTS names; see counts.ts.
 */
export default function report(runner: Runner, options: MochaOptions): void {
  const Print = process.env["MIRAGEOS_DOTS"] === undefined ? reporters.Spec : reporters.Dot;
  void new Print(runner, options);
  runner.on("retry", (test, error) => {
    // Mocha gives a test that will be repeated no state, but the hooks after it must see that it failed.
    test.state = "failed";
    console.error(`First attempt of "${test.fullTitle()}" failed: ${error.stack ?? error.message}`);
  });
  const file = process.env["MIRAGEOS_COUNTS"];
  if (file === undefined) return;
  const add = (event: CountsEvent): void => appendFileSync(file, countsLine(event));
  runner.once("start", () => add({ kind: "began" }));
  runner.on("pass", (test) => add({ kind: "passed", title: test.fullTitle() }));
  runner.on("fail", (test) => add({ kind: "failed", title: test.fullTitle() }));
  runner.on("retry", (test) => add({ kind: "repeated", title: test.fullTitle() }));
  runner.on("pending", (test) => add({ kind: "skipped", title: test.fullTitle() }));
  runner.once("end", () => add({ kind: "ended" }));
}

/**
 * Skips the running test, or all tests of the suite if called from a `before`. Adds the reason to the title,
 * which `npm test` lists at the end.
 */
export function skip(context: Context, reason: string): never {
  const { test } = context;
  const skipped = test instanceof Hook ? test.parent : test;
  if (skipped !== undefined) skipped.title += ` (skipped: ${reason})`;
  return context.skip();
}
