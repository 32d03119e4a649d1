import { dirname } from "node:path";
import * as vscode from "vscode";
import { envValue, type Env } from "../../platform/env.ts";
import { run } from "../../platform/process.ts";
import { libraryFolders } from "../../toolchain/libraries.ts";
import { sourceRoot } from "../ownSources.ts";

/** The environment of a project's tools; rejects where there is none. */
export type EnvironmentOf = (place: {
  readonly root: string;
  readonly workspaceFolder: string;
}) => Promise<{ readonly env: Env }>;

/**
 * The folders with a folder for each installed library, of the switch that a unikernel uses: those
 * that findlib knows, and what OCAMLLIB names. Empty where no tools are known. Never rejects.
 */
export async function librariesOf(environment: EnvironmentOf, unikernel: string): Promise<readonly string[]> {
  const root = sourceRoot(unikernel);
  const folder = vscode.workspace.getWorkspaceFolder(vscode.Uri.file(unikernel));
  try {
    const { env } = await environment({ root, workspaceFolder: folder?.uri.fsPath ?? root });
    // The compiler's own library is beside or above the others, wherever findlib is not asked.
    const compiler = envValue(env, "OCAMLLIB");
    const all = [
      ...(await libraryFolders(env, run, root)),
      ...(compiler === undefined ? [] : [compiler, dirname(compiler)]),
    ];
    return [...new Set(all)];
  } catch {
    return [];
  }
}
