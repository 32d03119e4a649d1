import * as vscode from "vscode";
import { projectSources, type ProjectSource } from "../source/projectSources.ts";
import type { UnikernelFolders } from "./unikernelFolders.ts";

const excluded = "{**/_build/**,**/duniverse/**,**/_opam/**,**/node_modules/**,**/.git/**}";
const fileLimit = 2000;
const sizeLimit = 1_000_000;

/** Reads the OCaml sources of a unikernel; from the editor if a file is open, saved or not. */
export async function ocamlSources({
  root,
  workspaceFolder,
}: UnikernelFolders): Promise<readonly ProjectSource[]> {
  const pattern = new vscode.RelativePattern(vscode.Uri.file(root), "**/*.ml");
  const found = await vscode.workspace.findFiles(pattern, excluded, fileLimit);
  const open = new Map(vscode.workspace.textDocuments.map((each) => [each.uri.toString(), each]));
  const texts = await Promise.all(
    found.map(async (uri) => {
      const document = open.get(uri.toString());
      if (document) return { file: uri.fsPath, text: document.getText() };
      try {
        const { size } = await vscode.workspace.fs.stat(uri);
        if (size > sizeLimit) return [];
        return { file: uri.fsPath, text: Buffer.from(await vscode.workspace.fs.readFile(uri)).toString() };
      } catch {
        // Deleted since it was listed.
        return [];
      }
    }),
  );
  return projectSources(root, workspaceFolder, texts.flat());
}
