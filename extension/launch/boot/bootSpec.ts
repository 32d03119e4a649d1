import type { ExitOutcome } from "../../logs/model.ts";
import type { ProcessResult, ProcessSpec } from "../../platform/process.ts";

/** A program that boots an image, with the functions that read its console and explain how it ended. */
export interface BootSpec {
  readonly spec: ProcessSpec;
  /** A sentence about what may still fail, shown before the console. */
  readonly note: string | undefined;
  /** Receives the console of the program, both streams in their order. */
  readonly onOutput: (bytes: Uint8Array) => void;
  /** Describes how the run ended. Called once, after the last output. */
  readonly explain: (result: ProcessResult) => ExitOutcome;
  /** Explains why the run failed, in sentences; see `crashText`. Called after `explain`. */
  readonly crash: (ending: ExitOutcome) => string | undefined;
}
