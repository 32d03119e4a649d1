import type { Action } from "../extension/platform/errors.ts";

/** The extension that serves OCaml where it is there: https://marketplace.visualstudio.com/items?itemName=ocamllabs.ocaml-platform */
export const ocamlPlatform = "ocamllabs.ocaml-platform";

export interface ServerFacts {
  /** Whether VS Code has the OCaml Platform and it is enabled in this workspace. */
  readonly platformEnabled: boolean;
}

/** Who serves OCaml in this window, why, and what the user can do next. */
export interface ServerChoice {
  readonly kind: "platform" | "off";
  /** A few words for the status item. */
  readonly text: string;
  readonly reason: string;
  readonly next: Action;
}

/** Decides who serves OCaml. */
export function selectServer(facts: ServerFacts): ServerChoice {
  if (facts.platformEnabled) {
    return {
      kind: "platform",
      text: "OCaml Platform",
      reason: "Types, completion and errors in OCaml files come from the OCaml Platform extension.",
      next: { title: "Select Sandbox", command: "ocaml.select-sandbox" },
    };
  }
  return {
    kind: "off",
    text: "No OCaml language server",
    reason: "The OCaml Platform extension, which serves OCaml, is not installed or not enabled.",
    next: {
      title: "Find OCaml Platform",
      command: "workbench.extensions.search",
      args: [`@id:${ocamlPlatform}`],
    },
  };
}
