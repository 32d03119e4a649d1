import { stat } from "node:fs/promises";
import { dirname, join, relative, isAbsolute } from "node:path";
import { t } from "../platform/l10n.ts";

/** Which environment the tools of a project are taken from, and why: a phrase to be shown. */
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

/** What is known before the choice. */
export interface SwitchFacts {
  /** `mirageos.switch`: `auto`, or the name of a switch, or the absolute path of its folder. */
  readonly setting: string;
  /** The OCaml Platform's `ocaml.sandbox`, as it stands in the settings; `undefined` or null when not set. */
  readonly sandbox: unknown;
  readonly workspaceFolders: readonly WorkspaceFolder[];
  /** From `findLocalSwitch`. */
  readonly localSwitch: string | undefined;
  /** The variable OPAMSWITCH of the extension's own environment. */
  readonly opamSwitch: string | undefined;
  /** From `currentSwitch`; asked for only when nothing before it decides. */
  readonly currentSwitch: () => Promise<string | undefined>;
}

/**
 * Whose tools a project uses: what the user set, what the OCaml Platform was set to, the project's
 * local switch, opam's current one, and in the end whatever PATH holds.
 */
export async function chooseSwitch(facts: SwitchFacts): Promise<SwitchChoice> {
  const wanted = expandFolders(facts.setting.trim(), facts.workspaceFolders);
  if (wanted !== "" && wanted !== "auto") {
    return { kind: "opam", switch: wanted, why: t("chosen in the setting mirageos.switch") };
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
  return { kind: "path", why: t("opam has no switch here") };
}

/**
 * The choice in the OCaml Platform's setting `ocaml.sandbox` (its `src/sandbox.ml`, module
 * Setting). `undefined` for anything it does not describe, so that a newer form is passed over.
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

/** The text with `${workspaceFolder}`, `${workspaceFolder:NAME}` and `${firstWorkspaceFolder}` replaced. */
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
 * The folder whose `_opam` is the local switch of a project: the project's own or the nearest
 * above it, not above the workspace folder, because opam would be asked to trust a folder the
 * user did not open.
 */
export async function findLocalSwitch(folder: string, workspaceFolder: string): Promise<string | undefined> {
  for (let at = folder; isWithin(at, workspaceFolder); at = dirname(at)) {
    if (await isFolder(join(at, "_opam"))) return at;
    if (at === dirname(at)) return undefined;
  }
  return undefined;
}

function isWithin(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way === "" || (!way.startsWith("..") && !isAbsolute(way));
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    return false;
  }
}
