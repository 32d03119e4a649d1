import { consoleParser } from "../logs/consoleParser.ts";
import { explainCrash } from "../logs/explain.ts";
import type { LogRecord } from "../logs/model.ts";
import type { TargetId } from "../toolchain/targets.ts";

/**
 * Why a run failed and what to do, in sentences, from the last lines of its console and its exit in
 * words (`endingOf`). Undefined where neither tells more than the exit itself.
 */
export function crashText(target: TargetId, exit: string, console: readonly string[]): string | undefined {
  const records: LogRecord[] = [];
  const parser = consoleParser({ now: () => 0, target, onRecord: (record) => records.push(record) });
  parser.stdout(Buffer.from(console.map((line) => `${line}\n`).join("")));
  parser.end();
  const crash = explainCrash(records, { target, outcome: { kind: "failed", text: exit } });
  // Without a record there is only the exit to go by, and that is said already.
  const said = crash && [crash.seq === undefined ? undefined : crash.text, crash.next];
  const text = said?.filter((sentence) => sentence !== undefined).join(" ");
  return text === "" ? undefined : text;
}
