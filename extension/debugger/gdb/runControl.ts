import type { GdbClient, GdbEvent } from "./gdbClient.ts";
import { miAddress, miNumber, miString, miTuple, type MiTuple } from "./miRecords.ts";
import type { ProcessResult } from "../../platform/process.ts";

/** Where a thread of the program is. */
export interface StopFrame {
  readonly address: bigint;
  /** The symbol of the function. */
  readonly symbol: string | undefined;
  /** As gdb names it. */
  readonly fullName: string | undefined;
  readonly line: number | undefined;
}

/** A stop of the program, or its end. */
export type Stop =
  | {
      readonly kind: "stopped";
      /** gdb's reason, such as `breakpoint-hit`; `undefined` if gdb gives none. */
      readonly reason: string | undefined;
      readonly breakpoint: number | undefined;
      readonly signal: string | undefined;
      readonly signalMeaning: string | undefined;
      readonly thread: number;
      readonly frame: StopFrame | undefined;
    }
  | { readonly kind: "ended"; readonly result: ProcessResult };
export type Stopped = Extract<Stop, { readonly kind: "stopped" }>;

/** A stop about which gdb reports nothing, such as that of a program that was opened and has not run yet. */
export const silentStop: Stopped = {
  kind: "stopped",
  reason: undefined,
  breakpoint: undefined,
  signal: undefined,
  signalMeaning: undefined,
  thread: 1,
  frame: undefined,
};

/** Lets the program run and waits until it stops. */
export interface RunControl {
  /** Call this with every event of gdb. */
  readonly onEvent: (event: GdbEvent) => void;
  /** Runs a command that resumes the program, and resolves at its next stop. Rejects if gdb refuses it. */
  readonly resume: (command: string) => Promise<Stop>;
  readonly isRunning: () => boolean;
  /** Resolves with the next stop, whatever resumed the program. */
  readonly nextStop: () => Promise<Stop>;
}

/** `onUnexpected` receives the stops that no caller waits for. */
export function createRunControl(gdb: () => GdbClient, onUnexpected: (stop: Stop) => void): RunControl {
  let waiting: ((stop: Stop) => void) | undefined;
  let running = false;
  const nextStop = () => new Promise<Stop>((resolve) => (waiting = resolve));
  const finish = (stop: Stop) => {
    running = false;
    const receiver = waiting ?? onUnexpected;
    waiting = undefined;
    receiver(stop);
  };
  return {
    onEvent: ({ name, values }) => {
      if (name === "running") running = true;
      if (name === "stopped") finish(stopOf(values));
    },
    resume: async (command) => {
      const stop = nextStop();
      running = true;
      try {
        await gdb().send(command);
      } catch (error) {
        running = false;
        waiting = undefined;
        throw error;
      }
      return stop;
    },
    isRunning: () => running,
    nextStop,
  };
}

/** Reads the record `*stopped` (GDB manual, "GDB/MI Async Records"). Exit codes are octal. */
export function stopOf(values: MiTuple): Stop {
  const reason = miString(values, "reason");
  if (reason === "exited-normally") return { kind: "ended", result: { kind: "exited", code: 0 } };
  if (reason === "exited") {
    const code = Number.parseInt(miString(values, "exit-code") ?? "0", 8);
    return { kind: "ended", result: { kind: "exited", code } };
  }
  if (reason === "exited-signalled") {
    const signal = miString(values, "signal-name") ?? "SIGKILL";
    return { kind: "ended", result: { kind: "signalled", signal } };
  }
  return {
    kind: "stopped",
    reason,
    breakpoint: miNumber(values, "bkptno"),
    signal: miString(values, "signal-name"),
    signalMeaning: miString(values, "signal-meaning"),
    thread: miNumber(values, "thread-id") ?? 1,
    frame: frameOf(miTuple(values, "frame")),
  };
}

/** Reads a frame; `undefined` if it has no address. */
export function frameOf(values: MiTuple | undefined): StopFrame | undefined {
  const address = miAddress(values, "addr");
  if (address === undefined) return undefined;
  return {
    address,
    symbol: miString(values, "func"),
    fullName: miString(values, "fullname"),
    line: miNumber(values, "line"),
  };
}
