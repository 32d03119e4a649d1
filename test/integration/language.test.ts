import assert from "node:assert/strict";
import * as vscode from "vscode";
import { activate, addProject, diagnostics, edit, path, removeAdded } from "./workspace.ts";

const ours = (all: readonly vscode.Diagnostic[]) => all.filter(({ source }) => source === "mirage");

async function open(file: string): Promise<vscode.TextDocument> {
  const document = await vscode.workspace.openTextDocument(file);
  await vscode.window.showTextDocument(document);
  return document;
}

const at = (document: vscode.TextDocument, text: string, inside = 1) =>
  document.positionAt(document.getText().indexOf(text) + inside);

describe("config.ml and unikernel.ml together", () => {
  before(activate);
  afterEach(async () => {
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
    await removeAdded();
  });

  it("find each other from main's text and back", async () => {
    const config = await open(path("network", "config.ml"));
    // The first provider is loaded when the file is opened.
    let locations: readonly vscode.LocationLink[] = [];
    while (locations.length === 0) {
      locations = await vscode.commands.executeCommand(
        "vscode.executeDefinitionProvider",
        config.uri,
        at(config, "Unikernel.Main"),
      );
    }
    assert.equal(locations[0]?.targetUri.fsPath, path("network", "unikernel.ml"));
    const unikernel = await open(path("network", "unikernel.ml"));
    const uses: readonly vscode.Location[] = await vscode.commands.executeCommand(
      "vscode.executeReferenceProvider",
      unikernel.uri,
      at(unikernel, "Main ("),
    );
    assert.ok(uses.some(({ uri }) => uri.fsPath === config.fileName));
  });

  it("are renamed together from config.ml", async () => {
    const config = await open(path("network", "config.ml"));
    const changes: vscode.WorkspaceEdit = await vscode.commands.executeCommand(
      "vscode.executeDocumentRenameProvider",
      config.uri,
      at(config, "Unikernel.Main", 11),
      "Server",
    );
    assert.deepEqual(
      changes.entries().map(([uri, edits]) => [uri.fsPath, edits.map(({ newText }) => newText)]),
      [
        [config.fileName, ["Server"]],
        [path("network", "unikernel.ml"), ["Server"]],
      ],
    );
  });

  it("are told at both ends when they do not fit, and mended by a quick fix", async () => {
    const config = await addProject("unfit", "network");
    const unikernel = path("unfit", "unikernel.ml");
    await open(config);
    await edit(config, (text) => text.replace("stackv4v6 @->", "stackv4v6 @-> kv_ro @->"));
    const [inConfig] = ours(await diagnostics(config, (all) => ours(all).length > 0));
    const [inUnikernel] = ours(await diagnostics(unikernel, (all) => ours(all).length > 0));
    assert.match(inConfig?.message ?? "", /gives Unikernel.Main 2 devices, but the functor Main takes 1/);
    assert.equal(inUnikernel?.message, inConfig?.message);
    const actions: readonly vscode.CodeAction[] = await vscode.commands.executeCommand(
      "vscode.executeCodeActionProvider",
      vscode.Uri.file(config),
      inConfig?.range,
    );
    const add = actions.find(({ title }) => title.startsWith("Add a parameter (Mirage_kv.RO)"));
    assert.ok(add?.edit, actions.map(({ title }) => title).join());
    await vscode.workspace.applyEdit(add.edit);
    await diagnostics(config, (all) => ours(all).length === 0);
    assert.match((await vscode.workspace.openTextDocument(unikernel)).getText(), /\(KV : Mirage_kv.RO\)/);
    await vscode.workspace.saveAll();
  });

  it("have lenses, hovers and completion without a server", async () => {
    const config = await open(path("network", "config.ml"));
    const lenses: readonly vscode.CodeLens[] = await vscode.commands.executeCommand(
      "vscode.executeCodeLensProvider",
      config.uri,
      10,
    );
    const titles = lenses.map(({ command }) => command?.title ?? "");
    assert.ok(
      titles.some((title) => /Configure for \w+/.test(title)),
      titles.join(),
    );
    assert.ok(titles.some((title) => title.includes("Run")));
    const hovers: readonly vscode.Hover[] = await vscode.commands.executeCommand(
      "vscode.executeHoverProvider",
      config.uri,
      at(config, "generic_stackv4v6"),
    );
    const texts = hovers.flatMap(({ contents }) =>
      contents.map((each) => (typeof each === "string" ? each : each.value)),
    );
    assert.ok(
      texts.some((text) => text.includes("Tcpip_stack_direct.MakeV4V6") && text.includes("--no-dhcp")),
      texts.join(),
    );
    const items: vscode.CompletionList = await vscode.commands.executeCommand(
      "vscode.executeCompletionItemProvider",
      config.uri,
      at(config, "generic_stackv4v6", 9),
    );
    assert.ok(items.items.some(({ insertText }) => insertText instanceof vscode.SnippetString));
  });
});
