import type { StackFrame } from "../model.ts";
import type { ProblemAction } from "../../platform/errors.ts";
import { t } from "../../protocol/l10n.ts";

/** What a button below an explanation does. */
export type CrashAction =
  /** Opens the source location `frame`. */
  | { readonly kind: "frame" }
  /** Opens launch.json; opens the devices setting; selects a target; builds again; checks the setup. */
  | { readonly kind: "launch" | "devices" | "target" | "build" | "setup" }
  /** Runs it again under the debugger, which stops where the failure happens. Only for crashes without a frame. */
  | { readonly kind: "debug" }
  /** Selects this target, builds for it and runs the image. */
  | { readonly kind: "useTarget"; readonly target: "spt" }
  /** Searches the unikernel's sources for a name or a string. */
  | { readonly kind: "search"; readonly text: string }
  /** Shows the hosts, which have the arguments and devices of what they run. */
  | { readonly kind: "hosts" }
  /** Edits the boot arguments; the options of configure. */
  | { readonly kind: "arguments" | "options" }
  /** Sets up the host's network on this tap interface, or on a new one. */
  | { readonly kind: "network"; readonly tap: string | undefined }
  /** What the problem that refused a boot offers. */
  | { readonly kind: "problem"; readonly action: ProblemAction }
  /** Copies a command line. */
  | { readonly kind: "copy"; readonly text: string };

/** Why a run failed, from its console. */
export interface CrashExplanation {
  /** A sentence that names the cause. */
  readonly text: string;
  /** A sentence that says what to do; `undefined` if no general advice applies. */
  readonly next: string | undefined;
  /** The record that shows the failure; `undefined` if only the exit does. */
  readonly seq: number | undefined;
  /** The first frame in the project's own code. */
  readonly frame: StackFrame | undefined;
  readonly actions: readonly CrashAction[];
}

/** The advice for an access to invalid memory. */
export const memoryFaultHint = t(
  "It used invalid memory: check C stubs, unsafe functions, and recursion that goes too deep.",
);

/** What a rule knows about a failure: its cause, what to do, and buttons for that. */
export type FailureExplanation = Pick<CrashExplanation, "text" | "next"> & {
  readonly actions?: readonly CrashAction[];
};

/** Explains failures whose line matches a pattern. */
export interface CrashRule {
  readonly pattern: RegExp;
  /** The rule also applies to errors that the program logs; without it, the same text there may mean something else. */
  readonly logged?: true;
  readonly explain: (match: RegExpExecArray, target: string) => FailureExplanation;
}

export const launchActions: readonly CrashAction[] = [{ kind: "launch" }];
export const deviceActions: readonly CrashAction[] = [{ kind: "launch" }, { kind: "devices" }];
export const buildActions: readonly CrashAction[] = [{ kind: "build" }];

/** An explanation whose next step is a command line, with a button that copies it. */
export const explainWithCommand = (text: string, advice: string, command: string): FailureExplanation => ({
  text,
  next: `${advice}: ${command}`,
  actions: [{ kind: "copy", text: command }],
});
