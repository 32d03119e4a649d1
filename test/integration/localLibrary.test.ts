import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import * as vscode from "vscode";
import { show } from "./languageServer.ts";
import { activate, addProject, edit, eventually, path, removeAdded, setting } from "./workspace.ts";

describe("A module of a local library that main names", () => {
  before(async () => {
    await activate();
    await setting("languageServer", "off");
  });
  afterEach(async () => {
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
    await removeAdded();
  });
  after(() => setting("languageServer", undefined));

  const functor = "module Main = struct\n  let start () = Lwt.return_unit\nend\nmodule Again = Main\n";

  /** Adds a project whose main module is in the library `goods`, in a folder with another name. */
  const addProjectWithLibrary = async (folder: string) => {
    const configFile = await addProject(folder);
    await edit(configFile, (text) =>
      text.replace('"Unikernel"', '~local_libs:[ "goods" ] "Goods.Cart.Main"'),
    );
    await mkdir(path(folder, "lib"));
    await writeFile(path(folder, "lib", "dune"), "(library (name goods) (libraries lwt))\n");
    await writeFile(path(folder, "lib", "cart.ml"), functor);
    const config = await show(configFile);
    const position = config.positionAt(config.getText().indexOf("Goods.Cart.Main") + 12);
    return { config, position, source: vscode.Uri.file(path(folder, "lib", "cart.ml")) };
  };
  const at = (uri: vscode.Uri, { start }: vscode.Range) => `${uri.path.split("/").at(-1)}:${start.line + 1}`;

  it("has its definition and references in both files", async () => {
    const { config, position, source } = await addProjectWithLibrary("navigated");
    const definitions = await eventually(
      () =>
        vscode.commands.executeCommand<vscode.LocationLink[]>(
          "vscode.executeDefinitionProvider",
          config.uri,
          position,
        ),
      (found) => found.length > 0,
    );
    assert.deepEqual(
      definitions.map(({ targetUri, targetRange }) => at(targetUri, targetRange)),
      ["cart.ml:1"],
    );
    const line = config.positionAt(config.getText().indexOf("Goods.Cart")).line + 1;
    const references = async (uri: vscode.Uri, cursor: vscode.Position) =>
      (
        await vscode.commands.executeCommand<vscode.Location[]>(
          "vscode.executeReferenceProvider",
          uri,
          cursor,
        )
      ).map((one) => at(one.uri, one.range));
    assert.deepEqual(await references(config.uri, position), [`config.ml:${line}`, "cart.ml:1"]);
    assert.deepEqual(await references(source, new vscode.Position(0, 8)), [`config.ml:${line}`]);
  });

  it("has the references from a language server also in config.ml", async () => {
    const { config, position, source } = await addProjectWithLibrary("known");
    const again = new vscode.Location(source, new vscode.Range(3, 15, 3, 19));
    const sources: vscode.DocumentSelector = { scheme: "file", pattern: "**/cart.ml" };
    const server = vscode.Disposable.from(
      vscode.languages.registerReferenceProvider(sources, { provideReferences: () => [again] }),
      vscode.languages.registerRenameProvider(sources, {
        provideRenameEdits: (_document, _position, newName) => {
          const made = new vscode.WorkspaceEdit();
          made.replace(source, again.range, newName);
          return made;
        },
      }),
    );
    try {
      const line = config.positionAt(config.getText().indexOf("Goods.Cart")).line + 1;
      const references = await eventually(
        () =>
          vscode.commands.executeCommand<vscode.Location[]>(
            "vscode.executeReferenceProvider",
            config.uri,
            position,
          ),
        (found) => found.length > 0,
      );
      assert.deepEqual(
        references.map((one) => at(one.uri, one.range)),
        [`config.ml:${line}`, "cart.ml:1", "cart.ml:4"],
      );
      const made = await vscode.commands.executeCommand<vscode.WorkspaceEdit>(
        "vscode.executeDocumentRenameProvider",
        config.uri,
        position,
        "Till",
      );
      assert.deepEqual(
        made.entries().flatMap(([file, edits]) => edits.map(({ range }) => at(file, range))),
        ["cart.ml:4", `config.ml:${line}`],
      );
    } finally {
      server.dispose();
    }
  });

  it("is renamed in both files", async () => {
    const { config, position, source } = await addProjectWithLibrary("renamed");
    const changes = async (uri: vscode.Uri, cursor: vscode.Position) => {
      const document = await show(uri.fsPath);
      const editor = vscode.window.activeTextEditor;
      assert.equal(editor?.document, document);
      editor.selection = new vscode.Selection(cursor, cursor);
      const made = await eventually(
        () =>
          vscode.commands
            .executeCommand<vscode.WorkspaceEdit>("vscode.executeDocumentRenameProvider", uri, cursor, "Till")
            .then(
              (given) => given,
              () => new vscode.WorkspaceEdit(),
            ),
        ({ size }) => size > 0,
      );
      return made.entries().flatMap(([file, edits]) => edits.map(({ range }) => at(file, range)));
    };
    const line = config.positionAt(config.getText().indexOf("Goods.Cart")).line + 1;
    assert.deepEqual(await changes(config.uri, position), [`config.ml:${line}`, "cart.ml:1"]);
    assert.deepEqual(await changes(source, new vscode.Position(0, 8)), [`config.ml:${line}`, "cart.ml:1"]);
  });

  it("is suggested in main even if no main names its library yet", async () => {
    const { config } = await addProjectWithLibrary("offered");
    const text = config.getText().replace("Goods.Cart.Main", "Unikernel");
    const editor = vscode.window.activeTextEditor;
    assert.equal(editor?.document, config);
    const everything = new vscode.Range(0, 0, config.lineCount, 0);
    // VS Code rejects an edit if the document changes at the same time, as when it reads the file again.
    await eventually(
      () => editor.edit((change) => change.replace(everything, text)),
      (isApplied) => isApplied,
    );
    const offered = await eventually(
      async () => {
        const { items } = await vscode.commands.executeCommand<vscode.CompletionList>(
          "vscode.executeCompletionItemProvider",
          config.uri,
          config.positionAt(text.indexOf('"Unikernel"') + 1),
          '"',
        );
        return items.map(({ label }) => (typeof label === "string" ? label : label.label));
      },
      (labels) => labels.includes("Unikernel"),
    );
    assert.ok(offered.includes("Goods.Cart.Main"), offered.join(", "));
    // Otherwise VS Code may save the change later, which creates the removed folder again.
    assert.ok(await config.save());
  });
});
