import { getSetting } from "../../../extension/platform/vscode/settings.ts";
import * as vscode from "vscode";
import { shimVariables } from "../../merlin/shimFiles.ts";

/** The setting `mirageos.languageServer`. */
export const serverMode = (): "auto" | "off" => getSetting("languageServer");

const switches = [
  "extendedHover",
  "standardHover",
  "duneDiagnostics",
  "syntaxDocumentation",
  "shortenMerlinDiagnostics",
] as const;

/**
 * The settings for the server in ocaml-lsp's format (its `docs/ocamllsp/config.md`): those of the OCaml
 * Platform, overridden by the setting `mirageos.languageServerSettings`.
 */
export function serverSettings(folder: string): object {
  const scope = vscode.Uri.file(folder);
  const ocaml = vscode.workspace.getConfiguration("ocaml.server", scope);
  const own = getSetting("languageServerSettings", scope);
  const enabled = switches.flatMap((name) => {
    const enable = ocaml.get<boolean>(name);
    return typeof enable === "boolean" ? [[name, { enable }] as const] : [];
  });
  const group = (name: string, keys: readonly string[]) => {
    const values = keys.flatMap((key) => {
      const value = ocaml.get<boolean>(`${name}.${key}`);
      return typeof value === "boolean" ? [[key, value] as const] : [];
    });
    return values.length === 0 ? {} : { [name]: Object.fromEntries(values) };
  };
  return {
    ...Object.fromEntries(enabled),
    ...group("codelens", ["enable", "forNestedBindings"]),
    ...group("inlayHints", ["hintPatternVariables", "hintLetBindings", "hintFunctionParams"]),
    ...own,
  };
}

/** Variables that connect the Platform's server to the shim; our own server gets current values of its own. */
const ignoredVariables: ReadonlySet<string> = new Set(shimVariables);

/** The arguments and environment variables for ocamllsp from the OCaml Platform's settings. */
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
              (pair): pair is [string, string] =>
                typeof pair[1] === "string" && !ignoredVariables.has(pair[0]),
            ),
          )
        : {},
  };
}
