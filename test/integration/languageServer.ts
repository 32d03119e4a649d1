/** A fake language server for tests that run in VS Code. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import * as vscode from "vscode";
import { eventually, useTools, type Tools } from "./workspace.ts";

const fakeServerPath = (): string => {
  const extension = vscode.extensions.getExtension("mirageos.mirageos");
  assert.ok(extension);
  return join(extension.extensionPath, "test-workspace", "toolchain", "lib", "ocamllsp.mjs");
};

/** A script that answers each query once, even if several arrive in one chunk. */
const answerScript = `let text = "", answered = 0;
process.stdin.on("data", (bytes) => {
  text += bytes.toString("latin1");
  for (const received = text.split("(4:File").length - 1; answered < received; answered++)
    process.stdout.write("((5:ERROR26:No config found for file x))");
});`;

/** Installs a fake server, which may misbehave, and a dune that answers each query with an error. */
export async function useServer(behaviour = "", version = ""): Promise<Tools> {
  const dune = `case "$*" in *ocaml-merlin*)
  exec '${process.execPath}' -e '${answerScript}';;
  *) exec "$(PATH=$(printf %s "$PATH" | sed "s#$(dirname "$0"):##g") command -v dune)" "$@";; esac`;
  return useTools({
    dune,
    ocamllsp: `export MIRAGEOS_STANDIN_SERVER=${behaviour}
${version === "" ? "" : `export MIRAGEOS_STANDIN_SERVER_VERSION=${version}`}
[ "$1" = --version ] || echo $$ >> "$0.starts"
PATH=$(dirname "$0"):$PATH exec '${process.execPath}' '${fakeServerPath()}' "$@"`,
  });
}

/**
 * Opens a file in an editor, with the text that it has on disk unless it has unsaved changes. VS Code keeps a closed
 * document for some time, so that the document may have the text of a file that was at the same path before.
 */
export async function show(file: string): Promise<vscode.TextDocument> {
  const document = await vscode.workspace.openTextDocument(vscode.Uri.file(file));
  await eventually(
    async () => document.isDirty || document.getText() === (await readFile(file, "utf8")),
    (isCurrent) => isCurrent,
  );
  await vscode.window.showTextDocument(document);
  return document;
}

/** Returns the text of all hovers at the first word of a file. */
export async function hover(file: string): Promise<string> {
  const position = new vscode.Position(0, 1);
  const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
    "vscode.executeHoverProvider",
    vscode.Uri.file(file),
    position,
  );
  return hovers
    .flatMap(({ contents }) => contents)
    .map((one) => (typeof one === "string" ? one : one.value))
    .join("\n");
}

/** Returns the process ids of all servers that were started, in order of their start. */
export async function processes(tools: Tools): Promise<readonly number[]> {
  const lines = await readFile(join(tools.folder, "ocamllsp.starts"), "utf8").catch(() => "");
  return lines.split("\n").filter(Boolean).map(Number);
}

/** Returns how often the server has been started, not counting `--version`. */
export const starts = async (tools: Tools): Promise<number> => (await processes(tools)).length;
