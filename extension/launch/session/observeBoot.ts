import { lineSplitter } from "../../platform/lines.ts";
import type { ProcessSpec } from "../../platform/process.ts";
import type { TargetId } from "../../mirage/targets.ts";
import type { BootSpec } from "../boot/bootSpec.ts";
import { crashText } from "./crashText.ts";
import { exitReason } from "./exitReason.ts";

/** How many of the last console lines are used to explain how the guest ended. */
const consoleLines = 200;

/** Adds to a program that boots an image the functions that read its console and explain how it ended. */
export function observeBoot(target: TargetId, spec: ProcessSpec, note: string | undefined): BootSpec {
  const console: string[] = [];
  const lines = lineSplitter((line) => {
    console.push(line);
    if (console.length > consoleLines) console.shift();
  });
  return {
    spec,
    note,
    onOutput: lines.push,
    explain: (result) => {
      lines.end();
      return exitReason(target, result, console);
    },
    crash: (outcome) => crashText(target, outcome, console),
  };
}
