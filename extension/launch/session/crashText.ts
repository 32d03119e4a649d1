import { ConsoleParser } from "../../logs/console/consoleParser.ts";
import { explainCrash } from "../../logs/crash/explainCrash.ts";
import type { LogRecord, Outcome } from "../../logs/model.ts";
import type { TargetId } from "../../mirage/targets.ts";

/**
 * Explains in sentences why a run failed and what to do, from the last lines of its console and its
 * outcome. `undefined` if neither says more than the outcome's own text.
 */
export function crashText(
  target: TargetId,
  outcome: Outcome,
  console: readonly string[],
): string | undefined {
  const records: LogRecord[] = [];
  const parser = new ConsoleParser({ now: () => 0, target, onRecord: (record) => records.push(record) });
  parser.stdout(Buffer.from(console.map((line) => `${line}\n`).join("")));
  parser.end();
  const crash = explainCrash(records, { target, outcome });
  // Without a record the explanation repeats the exit, which the caller already shows.
  const sentences = crash && [crash.seq === undefined ? undefined : crash.text, crash.next];
  const text = sentences?.filter((sentence) => sentence !== undefined).join(" ");
  return text === "" ? undefined : text;
}
