import type { DebugProtocol } from "@vscode/debugprotocol";
import type { ProcessResult, ProcessSpec, Run } from "../../platform/process.ts";
import type { GdbClient } from "../gdb/gdbClient.ts";
import type { DebugTarget } from "../targets/target.ts";
import type { RequestedBreakpoint } from "../breakpoints/breakpointRequests.ts";
import type { RaisedException } from "../breakpoints/exceptions.ts";
import type { FrameValues } from "../inspect/frameValues.ts";
import type { ProgramTypes } from "../program/programTypes.ts";
import type { Program } from "../program/program.ts";
import type { Stopped } from "../gdb/runControl.ts";
import type { SourceFolders, ProgramSources } from "../program/sources.ts";
import type { StepKind, StepTarget } from "./steps.ts";

/** What is debugged and how. */
export interface DebugRunRequest {
  readonly target: DebugTarget;
  /** The boot without gdb. */
  readonly spec: ProcessSpec;
  /** The path of the image with the symbols of OCaml. */
  readonly image: string;
  readonly folders: SourceFolders;
  /** gdb's path. */
  readonly gdb: string;
  /** Commands of gdb's console that the user wants to run first. */
  readonly setup: readonly string[];
  readonly stopOnEntry: boolean;
  readonly justMyCode: boolean;
  readonly types: ProgramTypes;
}

export interface DebugRunEnvironment {
  readonly run: Run;
  readonly signal: AbortSignal;
  readonly event: (event: string, body: object) => void;
  /** Called with the process id of the unikernel's monitor, or with gdb's if gdb starts the unikernel. */
  readonly onStart?: ((pid: number) => void) | undefined;
  readonly onStdout: (bytes: Uint8Array) => void;
  readonly onStderr: (bytes: Uint8Array) => void;
  /** Prints into the debug console. */
  readonly print: (text: string) => void;
}

/** A unikernel that runs under gdb. */
export interface DebugRun {
  readonly parts: DebugParts;
  /** Lets the program run for the first time. */
  readonly begin: () => void;
  /** Resolves with how the program ended. */
  readonly ended: Promise<ProcessResult>;
  /** Whether gdb has ended by itself, and the program with it. */
  readonly hasLostGdb: () => boolean;
  /** Applies the requested breakpoints, also while the program runs. */
  readonly applyBreakpoints: () => Promise<void>;
  readonly statusOf: (breakpoint: RequestedBreakpoint) => DebugProtocol.Breakpoint;
  readonly proceed: () => void;
  /** `into` is the call into which a step goes, if it is a certain one. */
  readonly step: (kind: StepKind, thread: number, byInstruction: boolean, into?: StepTarget) => void;
  /** Rejects with an Error if the target cannot be paused. */
  readonly pause: () => Promise<void>;
  /** The current stop; `undefined` while the program runs. */
  readonly stopped: () => { readonly stop: Stopped; readonly exception?: RaisedException } | undefined;
}

/** The parts of a run that answer requests. */
export interface DebugParts {
  readonly gdb: GdbClient;
  /** The path of the image with the symbols of OCaml. */
  readonly image: string;
  readonly program: Program;
  readonly sources: ProgramSources;
  readonly values: FrameValues;
  readonly justMyCode: boolean;
}
