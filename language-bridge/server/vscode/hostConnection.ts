import { dirname, join } from "node:path";
import * as vscode from "vscode";
import { addToHost } from "../../merlin/hostVariables.ts";
import { ocamlPlatform } from "../platformId.ts";
import type { ShimLocation } from "../../merlin/shimFiles.ts";

/** The key of the user's answer in the workspace's storage: `prompted`, `yes` or `no`. */
export const answerKey = "ocamlPlatform.shim";

/** Where the shim of this extension is. */
export const shimLocation = (context: vscode.ExtensionContext): ShimLocation => ({
  storage: context.globalStorageUri.fsPath,
  shim: join(context.extensionPath, "dist", "shim.cjs"),
  runtime: process.execPath,
  platform: process.platform,
});

/** The root for files outside of dune projects, such as a config.ml before the first configure. */
export const hostRoot = ({ storage }: ShimLocation): string =>
  vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? dirname(storage);

/**
 * Connects the OCaml Platform's server in a workspace where the user agreed, before the Platform starts it.
 * A server that is running already is not affected.
 */
export function connectHost(context: vscode.ExtensionContext): void {
  if (vscode.extensions.getExtension(ocamlPlatform) === undefined) return;
  if (!vscode.workspace.isTrusted || context.workspaceState.get(answerKey) !== "yes") return;
  const location = shimLocation(context);
  addToHost(process.env, location, hostRoot(location));
}
