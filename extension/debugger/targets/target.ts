import type { ProcessResult, ProcessSpec } from "../../platform/process.ts";
import type { GdbClient } from "../gdb/gdbClient.ts";
import type { RunControl, Stop } from "../gdb/runControl.ts";

/** The differences between targets: how to reach the first stop, and what they cannot do. */
export interface DebugTarget {
  /**
   * Starts the unikernel and runs it until its image is loaded, before any code of OCaml. `ended` is the end of the
   * server, if there is one. Resolves with the end if the unikernel ends earlier. Rejects with a GdbError or a
   * ProblemError.
   */
  readonly start: (gdb: GdbClient, control: RunControl, ended: Promise<ProcessResult>) => Promise<Stop>;
  /** Whether breakpoints can be set while the program runs. */
  readonly changesWhileRunning: boolean;
  /** Why the program cannot be paused, as a sentence; `undefined` if it can. */
  readonly noPause?: string;
  /** Why the program cannot run at all, as a sentence: it is a core file. */
  readonly noRun?: string;
  /** Whether gdb did not start the program, so that it keeps running when debugging ends. */
  readonly isAttached?: boolean;
  /** A program beside gdb, such as QEMU, that is started first. Its console is the guest's. */
  readonly server?: ProcessSpec;
  /** Matches lines at the start of the server's standard error that are about gdb. */
  readonly hidesFromStderr?: RegExp;
}
