import type { SourceRange } from "../../../ocaml/sourceRange.ts";
import type { Goal, Step } from "../../goals.ts";

/** The fix that a failure message offers. */
export type FailureAction =
  | { readonly kind: "step"; readonly step: Goal }
  /** A command line that is typed into a terminal in the project's folder, for the user to read and run. */
  | { readonly kind: "command"; readonly title: string; readonly commandLine: string }
  | { readonly kind: "checkSetup" }
  /** A command of the extension, called with the id of the unikernel. */
  | { readonly kind: "extension"; readonly title: string; readonly command: string }
  /** Opens a file and selects the range. With `menu`, also shows the refactorings that are offered there. */
  | {
      readonly kind: "open";
      readonly title: string;
      readonly file: string;
      readonly range: SourceRange;
      readonly menu?: true;
    }
  /** Deletes the folder `_build`, which dune creates again. */
  | { readonly kind: "removeBuild" }
  | { readonly kind: "none" };

/** Why a step failed, and how to fix it. */
export interface FailureHint {
  readonly code: string;
  readonly message: string;
  readonly action: FailureAction;
  /** Another way out, offered after `action`. */
  readonly alternative?: FailureAction;
}

export interface FailureContext {
  readonly step: Step;
  readonly target: string;
  /** The folder in which the step ran. */
  readonly root: string;
  readonly configFile: string;
  /** Returns the text of a source file. Called only for rules that need it. */
  readonly readText: (path: string) => string | undefined;
}

/** Recognizes a failure in one message of the output, and explains it. */
export interface FailureRule {
  readonly code: string;
  /** Matched against a line and the lines that continue it, joined by single spaces. */
  readonly pattern: RegExp;
  /** Finds several parts of one message, each with a capture of its own; global. */
  readonly each?: RegExp;
  /**
   * `captures` has the first captured group of every message that matched, without duplicates. `first` has all groups of
   * the first message.
   */
  readonly explain: (
    captures: readonly string[],
    context: FailureContext,
    first: readonly (string | undefined)[],
  ) => Omit<FailureHint, "code">;
}
