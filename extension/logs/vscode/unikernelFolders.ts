import { dirname } from "node:path";
import * as vscode from "vscode";
import { rootOf } from "../../project/snapshot.ts";

/** The folders of a unikernel that its logs refer to; absolute paths. */
export interface UnikernelFolders {
  /** Where mirage, make and dune run: names in backtraces are relative to it. */
  readonly root: string;
  /** The workspace folder that contains config.ml, or the root if none does. */
  readonly workspaceFolder: string;
}

/** Finds the folders of the unikernel with this config.ml. */
export async function findUnikernelFolders(configFile: string): Promise<UnikernelFolders> {
  const folder = vscode.workspace.getWorkspaceFolder(vscode.Uri.file(configFile))?.uri.fsPath;
  const root = await rootOf(configFile, folder ?? dirname(dirname(configFile)));
  return { root, workspaceFolder: folder ?? root };
}
