import { join } from "node:path";
import type * as vscode from "vscode";
import type { Projects } from "../../project/vscode/projects.ts";
import type { Toolchain } from "../../toolchain/vscode/toolchain.ts";

export interface ScaffoldParts {
  readonly context: vscode.ExtensionContext;
  readonly projects: Projects;
  readonly toolchain: Toolchain;
}

/**
 * The file that remembers a unikernel whose window is still to be opened. The global state may be too late for
 * it: a browser that goes to another page at once does not store what was put there last.
 */
export const createdFile = ({ globalStorageUri }: vscode.ExtensionContext): string =>
  join(globalStorageUri.fsPath, "created.json");
