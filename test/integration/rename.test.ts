import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import * as vscode from "vscode";
import { activate, addProject, edit, eventually, path, removeAdded, setting } from "./workspace.ts";
import { show } from "./languageServer.ts";

describe("A module that main names", () => {
  before(async () => {
    await activate();
    await setting("languageServer", "off");
  });
  let server: vscode.Disposable | undefined;
  afterEach(async () => {
    server?.dispose();
    server = undefined;
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
    await removeAdded();
  });
  after(() => setting("languageServer", undefined));

  /** Puts the cursor on the module's name and requests the edits of a rename, as F2 does. */
  const changes = async (folder: string): Promise<Readonly<Record<string, readonly string[]>>> => {
    const config = await show(path(folder, "config.ml"));
    const position = config.positionAt(config.getText().indexOf("Unikernel.Main") + 1);
    const definition = "vscode.executeDefinitionProvider";
    await eventually(
      () => vscode.commands.executeCommand<unknown[]>(definition, config.uri, position),
      (found) => found.length > 0,
    );
    const source = await show(path(folder, "unikernel.ml"));
    const at = source.positionAt(source.getText().indexOf("Main") + 1);
    const editor = vscode.window.activeTextEditor;
    assert.ok(editor);
    editor.selection = new vscode.Selection(at, at);
    return eventually(
      async () => {
        const made = await vscode.commands
          .executeCommand<vscode.WorkspaceEdit>(
            "vscode.executeDocumentRenameProvider",
            source.uri,
            at,
            "Chat",
          )
          .then(
            (given) => given,
            () => new vscode.WorkspaceEdit(),
          );
        const entries = made.entries().map(async ([uri, edits]) => {
          const document = await vscode.workspace.openTextDocument(uri);
          const lines = edits.map(({ range, newText }) => `${document.getText(range)} → ${newText}`);
          return [uri.path.split("/").at(-1) ?? "", lines] as const;
        });
        return Object.fromEntries(await Promise.all(entries));
      },
      (all) => "config.ml" in all,
    );
  };

  const addProjectWithMain = async (folder: string): Promise<void> => {
    const config = await addProject(folder, "network");
    assert.match(await readFile(config, "utf8"), /"Unikernel\.Main"/);
    await edit(path(folder, "unikernel.ml"), (text) => `${text}\nmodule Again = Main\n`);
  };

  it("is renamed in config.ml and in its file, together with the edits of a language server", async () => {
    await addProjectWithMain("renamed-main");
    server = vscode.languages.registerRenameProvider(
      { scheme: "file", pattern: "**/*.ml" },
      {
        provideRenameEdits: (document, _position, newName) => {
          const made = new vscode.WorkspaceEdit();
          for (const match of document.getText().matchAll(/\bMain\b/g)) {
            const start = document.positionAt(match.index);
            made.replace(document.uri, new vscode.Range(start, start.translate(0, 4)), newName);
          }
          return made;
        },
      },
    );
    assert.deepEqual(await changes("renamed-main"), {
      "unikernel.ml": ["Main → Chat", "Main → Chat"],
      "config.ml": ["Main → Chat"],
    });
  });

  it("is renamed in both files without a server", async () => {
    await addProjectWithMain("alone");
    assert.deepEqual(await changes("alone"), {
      "config.ml": ["Main → Chat"],
      "unikernel.ml": ["Main → Chat"],
    });
  });
});
