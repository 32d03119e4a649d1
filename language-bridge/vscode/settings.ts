import * as vscode from "vscode";
import { shimVariables } from "../shimFiles.ts";

/** The setting `mirageos.languageServer`. */
export function serverMode(): "auto" | "off" {
  return vscode.workspace.getConfiguration("mirageos").get<string>("languageServer") === "off"
    ? "off"
    : "auto";
}

const switches = [
  "extendedHover",
  "standardHover",
  "duneDiagnostics",
  "syntaxDocumentation",
  "shortenMerlinDiagnostics",
] as const;

/**
 * What the server is told, in ocaml-lsp's own form (its `docs/ocamllsp/config.md`): the setting
 * `mirageos.languageServerSettings`, over what is set for the OCaml Platform.
 */
export function serverSettings(folder: string): object {
  const scope = vscode.Uri.file(folder);
  const ocaml = vscode.workspace.getConfiguration("ocaml.server", scope);
  const own = vscode.workspace
    .getConfiguration("mirageos", scope)
    .get<Readonly<Record<string, unknown>>>("languageServerSettings", {});
  const enabled = switches.flatMap((name) => {
    const enable = ocaml.get<boolean>(name);
    return typeof enable === "boolean" ? [[name, { enable }] as const] : [];
  });
  const group = (name: string, keys: readonly string[]) => {
    const given = keys.flatMap((key) => {
      const value = ocaml.get<boolean>(`${name}.${key}`);
      return typeof value === "boolean" ? [[key, value] as const] : [];
    });
    return given.length === 0 ? {} : { [name]: Object.fromEntries(given) };
  };
  return {
    ...Object.fromEntries(enabled),
    ...group("codelens", ["enable", "forNestedBindings"]),
    ...group("inlayHints", ["hintPatternVariables", "hintLetBindings", "hintFunctionParams"]),
    ...own,
  };
}

/** What the Platform's server was told of the shim; ours is told by itself, and of where it is now. */
const ofShim: ReadonlySet<string> = new Set(shimVariables);

/** Arguments and variables that the user gives ocamllsp by the OCaml Platform's settings. */
export function userEnv(folder: string): {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
} {
  const ocaml = vscode.workspace.getConfiguration("ocaml.server", vscode.Uri.file(folder));
  const args: unknown = ocaml.get("args");
  const env: unknown = ocaml.get("extraEnv");
  return {
    args: Array.isArray(args) ? args.filter((word) => typeof word === "string") : [],
    env:
      typeof env === "object" && env !== null
        ? Object.fromEntries(
            Object.entries(env).filter(
              (pair): pair is [string, string] => typeof pair[1] === "string" && !ofShim.has(pair[0]),
            ),
          )
        : {},
  };
}
