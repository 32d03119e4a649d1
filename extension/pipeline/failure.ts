import type { Goal, Step } from "./goals.ts";

/** What mends a failure. */
export type FailureAction =
  | { readonly kind: "step"; readonly step: Goal }
  /** A command line for the user to read and send, in a terminal in the project's folder. */
  | { readonly kind: "command"; readonly title: string; readonly commandLine: string }
  | { readonly kind: "checkSetup" }
  /** Deleting the folder `_build`, which dune makes anew. */
  | { readonly kind: "removeBuild" }
  | { readonly kind: "none" };

/** Why a step failed, in words of its cause, and what to do about it. */
export interface FailureHint {
  readonly code: string;
  readonly message: string;
  readonly action: FailureAction;
}

export interface FailureContext {
  readonly step: Step;
  readonly target: string;
  /** Where the step ran. */
  readonly root: string;
}
