import type { Frame } from "./model.ts";
import { t } from "../platform/l10n.ts";

/** What a button below an explanation does. */
export type CrashAction =
  /** Goes to `frame`. */
  | { readonly kind: "frame" }
  /** Opens launch.json; the setting with the devices; the choice of a target; builds again; checks the setup. */
  | { readonly kind: "launch" | "devices" | "target" | "build" | "setup" }
  /** Copies a command line. */
  | { readonly kind: "copy"; readonly text: string };

/** Why a run failed, from its console. */
export interface Crash {
  /** A sentence that names the cause. */
  readonly text: string;
  /** What to do about it, a sentence; undefined where nothing general can be said. */
  readonly next: string | undefined;
  /** The record that tells it; undefined where only the exit does. */
  readonly seq: number | undefined;
  /** The first frame in the project's own code. */
  readonly frame: Frame | undefined;
  readonly actions: readonly CrashAction[];
}

/** What a fault of memory comes from. */
export const badMemory = t(
  "Invalid memory was used: look at C stubs and unsafe functions, or for too deep recursion.",
);

/** What is told of a failure: its cause, what to do about it, and buttons for that. */
export type Said = Pick<Crash, "text" | "next"> & { readonly actions?: readonly CrashAction[] };

/** What a line that tells of a failure means. */
export interface Rule {
  readonly pattern: RegExp;
  /** Also where a program says it in an error that it logs; other words may mean something else there. */
  readonly logged?: true;
  readonly explain: (match: RegExpExecArray, target: string) => Said;
}

export const launch: readonly CrashAction[] = [{ kind: "launch" }];
export const attach: readonly CrashAction[] = [{ kind: "launch" }, { kind: "devices" }];
export const build: readonly CrashAction[] = [{ kind: "build" }];

/** A next action that is a command line, which a button copies. */
export const withCommand = (text: string, words: string, command: string): Said => ({
  text,
  next: `${words}: ${command}`,
  actions: [{ kind: "copy", text: command }],
});
