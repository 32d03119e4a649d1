import type { Goal, Step } from "../goals.ts";

/** The fix that a failure message offers. */
export type FailureAction =
  | { readonly kind: "step"; readonly step: Goal }
  /** A command line that is typed into a terminal in the project's folder, for the user to read and run. */
  | { readonly kind: "command"; readonly title: string; readonly commandLine: string }
  | { readonly kind: "checkSetup" }
  /** Deletes the folder `_build`, which dune creates again. */
  | { readonly kind: "removeBuild" }
  | { readonly kind: "none" };

/** Why a step failed, and how to fix it. */
export interface FailureHint {
  readonly code: string;
  readonly message: string;
  readonly action: FailureAction;
}

export interface FailureContext {
  readonly step: Step;
  readonly target: string;
  /** The folder in which the step ran. */
  readonly root: string;
}
