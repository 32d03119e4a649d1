import * as vscode from "vscode";
import type { LogSession } from "../model.ts";
import { findUnikernelFolders } from "./unikernelFolders.ts";

/** Shows where the sources of a unikernel, without its dependencies, contain a text. */
export async function searchSources({ unikernel }: LogSession, text: string): Promise<void> {
  const { root } = await findUnikernelFolders(unikernel);
  const folder = vscode.workspace.asRelativePath(root);
  await vscode.commands.executeCommand("workbench.action.findInFiles", {
    query: text,
    isRegex: false,
    isCaseSensitive: true,
    triggerSearch: true,
    filesToInclude: `${folder === root ? "" : `./${folder}/`}**/*.ml`,
    filesToExclude: "**/_build/**, **/duniverse/**, **/_opam/**",
  });
}
