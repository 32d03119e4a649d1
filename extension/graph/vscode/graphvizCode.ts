import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { brotliDecompress } from "node:zlib";
import * as vscode from "vscode";

/**
 * Returns the WebAssembly code of Graphviz. Rejects if the file of the extension cannot be read. VS Code passes
 * a Uint8Array to pages as bytes, but not a Buffer.
 */
export async function graphvizCode(extensionUri: vscode.Uri): Promise<Uint8Array> {
  const file = vscode.Uri.joinPath(extensionUri, "dist", "webviews", "graphviz.wasm.br").fsPath;
  return new Uint8Array(await promisify(brotliDecompress)(await readFile(file)));
}
