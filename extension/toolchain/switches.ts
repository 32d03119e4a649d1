import { stat } from "node:fs/promises";
import { dirname, join, relative, isAbsolute } from "node:path";
import { t } from "../protocol/l10n.ts";

/** The environment that provides the tools of a project. `why` is the reason, a phrase for users. */
export type SwitchChoice =
  | { readonly kind: "opam"; readonly switch: string; readonly why: string }
  | { readonly kind: "esy"; readonly root: string; readonly why: string }
  | { readonly kind: "custom"; readonly template: string; readonly why: string }
  | { readonly kind: "dune"; readonly dune: string | undefined; readonly why: string }
  | { readonly kind: "path"; readonly why: string };

export interface WorkspaceFolder {
  readonly name: string;
  readonly path: string;
}

/** The facts that decide which switch is chosen. */
export interface SwitchFacts {
  /** `mirageos.switch`: `auto`, or the name of a switch, or the absolute path of its folder. */
  readonly setting: string;
  /** The value of the OCaml Platform's setting `ocaml.sandbox`; `undefined` or null if it is not set. */
  readonly sandbox: unknown;
  readonly workspaceFolders: readonly WorkspaceFolder[];
  /** From `findLocalSwitch`. */
  readonly localSwitch: string | undefined;
  /** The variable OPAMSWITCH in the environment of the extension host. */
  readonly opamSwitch: string | undefined;
  /** From `currentSwitch`; called only if the other facts do not decide. */
  readonly currentSwitch: () => Promise<string | undefined>;
}

/**
 * Chooses the environment of a project: the setting, otherwise the sandbox of the OCaml Platform, the project's
 * local switch, OPAMSWITCH, opam's current switch, or PATH.
 */
export async function chooseSwitch(facts: SwitchFacts): Promise<SwitchChoice> {
  const configured = expandFolders(facts.setting.trim(), facts.workspaceFolders);
  if (configured !== "" && configured !== "auto") {
    return { kind: "opam", switch: configured, why: t("set in mirageos.switch") };
  }
  const sandbox = parseSandbox(facts.sandbox, facts.workspaceFolders);
  if (sandbox) return sandbox;
  if (facts.localSwitch !== undefined) {
    return { kind: "opam", switch: facts.localSwitch, why: t("the project's local switch") };
  }
  if (facts.opamSwitch !== undefined && facts.opamSwitch !== "") {
    return { kind: "opam", switch: facts.opamSwitch, why: t("the variable OPAMSWITCH") };
  }
  const current = await facts.currentSwitch();
  if (current !== undefined) {
    return { kind: "opam", switch: current, why: t("opam's current switch") };
  }
  return { kind: "path", why: t("no opam switch was found") };
}

/**
 * Parses the OCaml Platform's setting `ocaml.sandbox` (its `src/sandbox.ml`, module Setting). Returns `undefined`
 * for an unknown form, such as that of a newer version.
 */
export function parseSandbox(
  setting: unknown,
  folders: readonly WorkspaceFolder[],
): SwitchChoice | undefined {
  const field = (name: string): string | undefined => {
    if (typeof setting !== "object" || setting === null) return undefined;
    const value: unknown = Reflect.get(setting, name);
    if (typeof value !== "string" || value.trim() === "") return undefined;
    return expandFolders(value.trim(), folders);
  };
  const why = t("the sandbox of the OCaml Platform (ocaml.sandbox)");
  switch (field("kind")) {
    case "opam": {
      const name = field("switch");
      return name === undefined ? undefined : { kind: "opam", switch: name, why };
    }
    case "esy": {
      const root = field("root");
      return root === undefined ? undefined : { kind: "esy", root, why };
    }
    case "custom": {
      const template = field("template");
      return template?.includes("$prog") === true ? { kind: "custom", template, why } : undefined;
    }
    case "dune": {
      const name = field("opam_switch");
      if (name !== undefined) return { kind: "opam", switch: name, why };
      return { kind: "dune", dune: field("path"), why };
    }
    case "global":
      return { kind: "path", why };
    case undefined:
    default:
      return undefined;
  }
}

/** Replaces `${workspaceFolder}`, `${workspaceFolder:NAME}` and `${firstWorkspaceFolder}` in a text. */
export function expandFolders(text: string, folders: readonly WorkspaceFolder[]): string {
  return text.replace(
    /\$\{(?:firstWorkspaceFolder|workspaceFolder(?::([^}]+))?)\}/g,
    (whole, name: string | undefined) => {
      const folder = name === undefined ? folders[0] : folders.find((one) => one.name === name);
      return folder?.path ?? whole;
    },
  );
}

/**
 * Returns the folder that contains the local switch `_opam` of a project: its own folder or the nearest one above it,
 * but none above the workspace folder, because the user has not opened and trusted that.
 */
export async function findLocalSwitch(folder: string, workspaceFolder: string): Promise<string | undefined> {
  for (let at = folder; isWithin(at, workspaceFolder); at = dirname(at)) {
    if (await isFolder(join(at, "_opam"))) return at;
    if (at === dirname(at)) return undefined;
  }
  return undefined;
}

function isWithin(path: string, folder: string): boolean {
  const between = relative(folder, path);
  return between === "" || (!between.startsWith("..") && !isAbsolute(between));
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    return false;
  }
}
