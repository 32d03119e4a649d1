import type { DebugRunRequest } from "../../debugger/session/debugTypes.ts";
import type { Problem } from "../../platform/errors.ts";
import type { Run } from "../../platform/process.ts";
import type { BootSpec } from "../boot/bootSpec.ts";
import type { ConsoleWriter } from "./consoleWriters.ts";

/** A unikernel that is built, checked and ready to boot. */
export interface PreparedLaunch extends BootSpec {
  readonly name: string;
  /** The id of a unikernel of the workspace, otherwise the path of the image. */
  readonly unikernel: string;
  readonly target: string;
  /** The id of the log session; undefined if the console is not logged. */
  readonly session?: string | undefined;
  /** Where the console is written in addition to the debug console. */
  readonly writers: readonly ConsoleWriter[];
  readonly stopOnExit: boolean;
  readonly debugging: DebugSupport;
  /** Whether gdb opens a unikernel that runs already, or a core file. Nothing is started then. */
  readonly isAttached?: boolean;
}

/** How a unikernel is debugged. */
export interface DebugSupport {
  /** Why it cannot be debugged, as a sentence; `undefined` if it can. */
  readonly unavailable: string | undefined;
  /** Whether the configuration requires gdb without breakpoints too. */
  readonly isRequired: boolean;
  /** Whether a breakpoint in a file may be one in this unikernel. */
  readonly concerns: (path: string) => boolean;
  /** Finds gdb. Rejects with a ProblemError if it is missing. */
  readonly request: () => Promise<DebugRunRequest>;
}

/** Why nothing is booted. The user has already seen a message about it. */
export interface RefusedLaunch {
  readonly refused: string;
  /** Whether the user stopped the launch or dismissed a question. */
  readonly byUser: boolean;
  /** Whether the log panel shows the reason, as a session that did not start. */
  readonly isLogged?: boolean;
}

/** A launch configuration as VS Code sends it, after it has replaced its variables. */
export type RawConfiguration = Readonly<Partial<Record<string, unknown>>>;

export interface DebugSessionEnvironment {
  readonly run: Run;
  /** Builds, checks and prompts. `print` writes a line into the debug console. Never rejects. */
  readonly prepare: (
    configuration: RawConfiguration,
    print: (line: string) => void,
    signal: AbortSignal,
  ) => Promise<PreparedLaunch | RefusedLaunch>;
  readonly showProblem: (problem: Problem) => void;
  /** A breakpoint was set in a boot without gdb; it takes effect only after a restart. */
  readonly offerRestart: () => void;
}
