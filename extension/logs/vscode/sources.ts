import * as vscode from "vscode";
import { ownSources, type Source } from "../ownSources.ts";

const excluded = "{**/_build/**,**/duniverse/**,**/_opam/**,**/node_modules/**,**/.git/**}";
const fileLimit = 2000;
const sizeLimit = 1_000_000;

/** The OCaml files of a unikernel and their texts, as they are in editors where they are open. */
export async function ocamlSources(root: string): Promise<readonly Source[]> {
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
        // Gone since it was found.
        return [];
      }
    }),
  );
  return ownSources(root, texts.flat());
}
