import type { Outcome } from "../../logs/model.ts";

/** Receives the console of one run, for example for the log store or a file. */
export interface ConsoleWriter {
  /** Called when the program has been started, with its process id, or with gdb's if gdb starts the program. */
  readonly started?: (pid: number, isDebugged: boolean) => void;
  readonly stdout: (bytes: Uint8Array) => void;
  readonly stderr: (bytes: Uint8Array) => void;
  readonly end: (outcome: Outcome) => void;
}

/**
 * Opens the writers of a run in order. If one cannot be opened, ends those that are open and rejects with
 * its error, so that no file stays open for a boot that does not start.
 */
export async function openWriters(
  openers: readonly (() => ConsoleWriter | Promise<ConsoleWriter>)[],
): Promise<readonly ConsoleWriter[]> {
  const writers: ConsoleWriter[] = [];
  try {
    for (const open of openers) writers.push(await open());
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    for (const writer of writers) writer.end({ kind: "failed", text });
    throw error;
  }
  return writers;
}
