import { join } from "node:path";
import type * as vscode from "vscode";
import type { Projects } from "../../project/vscode/projects.ts";
import type { Toolchain } from "../../toolchain/vscode/toolchain.ts";

export interface ScaffoldContext {
  readonly context: vscode.ExtensionContext;
  readonly projects: Projects;
  readonly toolchain: Toolchain;
}

/**
 * The file that stores a created unikernel until its window is opened. The global state cannot be used: VS Code in a
 * browser may lose a value that is written just before the page is replaced.
 */
export const createdFile = ({ globalStorageUri }: vscode.ExtensionContext): string =>
  join(globalStorageUri.fsPath, "created.json");
