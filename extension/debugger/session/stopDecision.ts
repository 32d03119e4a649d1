import { t } from "../../protocol/l10n.ts";
import { gdbCondition } from "../breakpoints/gdbCondition.ts";
import { gdbValue, type PlacedVariable } from "../breakpoints/gdbValue.ts";
import type { StopEvaluation } from "../breakpoints/breakpoints.ts";
import type { RaisedException } from "../breakpoints/exceptions.ts";
import type { Stopped } from "../gdb/runControl.ts";
import { wordOf } from "../gdb/evaluateWord.ts";
import { computeFromSnapshot } from "../values/heap/snapshot.ts";
import { parsePath } from "../values/paths/parsePath.ts";
import { readFrames, type SourceFrame } from "../inspect/stack.ts";
import type { DebugParts } from "./debugTypes.ts";

/** Why the program is stopped, for the `stopped` event. */
export interface ShownStop {
  readonly reason: string;
  readonly description?: string;
  readonly text?: string;
  readonly hitBreakpointIds?: readonly number[];
  readonly exception?: RaisedException;
}

/** How to show a stop, or `continue`; `undefined` if neither a breakpoint nor a signal explains it. */
export type StopDecision = ShownStop | "continue" | undefined;

/** A stop that was not requested, for example by a command in the console of gdb. */
export const unrequestedStop = ({ reason }: Stopped): ShownStop | "continue" =>
  reason === "breakpoint-hit" ? "continue" : { reason: "pause" };

/** Why to show a stop by a signal. gdb itself pauses the program with SIGINT. */
export function signalStop({ signal = "", signalMeaning = "" }: Stopped): ShownStop {
  if (signal === "SIGINT" || signal === "SIGTRAP" || signal === "0") return { reason: "pause" };
  return {
    reason: "exception",
    description: t("Paused on {0}", signal),
    text: `${signal}: ${signalMeaning}`,
  };
}

/** Evaluates conditions and log messages in the innermost frame of a stop. */
export function createStopEvaluation(parts: DebugParts): StopEvaluation {
  const frameOf = async (stop: Stopped): Promise<SourceFrame> => {
    const [frame] = await readFrames(parts, stop.thread, 0, 0);
    if (!frame) throw new Error(t("gdb does not know where the program is."));
    return frame;
  };
  return {
    isTrue: async (expression, stop) => {
      const value = await parts.values.evaluate(expression, await frameOf(stop));
      if (value.kind === "failed") throw new Error(value.reason);
      if (value.boolean === undefined) throw new Error(t("it is not true or false"));
      return value.boolean;
    },
    gdbCondition: async (expression, stop) => {
      const parsed = parsePath(expression);
      if (parsed.kind === "invalid") return undefined;
      const frame = await frameOf(stop);
      const [variables, sp] = await Promise.all([parts.values.variables(frame), wordOf(parts.gdb, "$sp")]);
      const variable = (name: string): PlacedVariable | undefined => {
        const found = variables.findLast((each) => each.name === name);
        if (!found?.value || sp === undefined) return undefined;
        const { place } = found.value;
        if ("isInClosure" in place || "isInBlock" in place) return undefined;
        const at = "register" in place ? place : { stackOffset: place.address - sp };
        return { place: at, type: found.type };
      };
      return computeFromSnapshot(parts.values.context(frame), (snapshot) =>
        gdbCondition(parsed.expression, (value) => gdbValue(snapshot, value, variable)),
      );
    },
    text: async (expression, stop) => {
      const value = await parts.values.evaluate(expression, await frameOf(stop));
      return value.kind === "failed" ? `<${value.reason}>` : value.rendered.text;
    },
  };
}
