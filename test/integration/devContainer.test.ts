import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import * as vscode from "vscode";
import { removeFolder } from "../harness/temporaryFolder.ts";
import { activate, eventually, path } from "./workspace.ts";

const original = { ...vscode.window };

/** What the user sees while the command asks whether to write the files. */
interface Question {
  readonly labels: readonly string[];
  /** The texts of the previewed files. */
  readonly previews: readonly string[];
  /** Titles of the differences between existing and new files. */
  readonly differences: readonly string[];
}

const tabsOf = () => vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs);

function question(items: readonly vscode.QuickPickItem[]): Question {
  const inputs = tabsOf().map(({ input }) => input);
  const shown = inputs.flatMap((input) =>
    input instanceof vscode.TabInputText && input.uri.scheme === "mirageos-preview"
      ? [String(input.uri)]
      : [],
  );
  const documents = vscode.workspace.textDocuments.filter(({ uri }) => shown.includes(String(uri)));
  const differences = tabsOf().filter(({ input }) => input instanceof vscode.TabInputTextDiff);
  return {
    labels: items.map(({ label }) => label),
    previews: documents.map((document) => document.getText()),
    differences: differences.map(({ label }) => label),
  };
}

/** Runs the command, answers its question with the first item or cancels it, and returns what was visible. */
async function addDevContainer(answer: "first" | "cancel") {
  const questions: Question[] = [];
  const messages: string[] = [];
  Object.assign(vscode.window, {
    showQuickPick: async (items: readonly vscode.QuickPickItem[]) => {
      questions.push(question(items));
      return answer === "first" ? items[0] : undefined;
    },
    showInformationMessage: async (text: string) => void messages.push(text),
  });
  await vscode.commands.executeCommand("mirageos.addDevContainer");
  const [asked, ...others] = questions;
  assert.ok(asked);
  assert.deepEqual(others, [], "the command asks once");
  return { ...asked, messages };
}

describe("Add Dev Container", () => {
  const folder = () => path(".devcontainer");
  const definition = () => path(".devcontainer", "devcontainer.json");
  before(async () => {
    await activate();
    // The tests look at the open tabs.
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
  });
  afterEach(async () => {
    const { showQuickPick, showInformationMessage } = original;
    Object.assign(vscode.window, { showQuickPick, showInformationMessage });
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
    await removeFolder(folder());
  });

  it("shows the files, and writes nothing if the user cancels", async () => {
    const { labels, previews, messages } = await addDevContainer("cancel");
    assert.match(labels[0] ?? "", / Write$/);
    assert.ok(
      labels.some((label) => label.endsWith(" .devcontainer/devcontainer.json")),
      labels.join(),
    );
    assert.equal(previews.filter((text) => text.includes('"name": "MirageOS"')).length, 1);
    assert.equal(previews.filter((text) => /^FROM /m.test(text)).length, 1);
    assert.deepEqual(tabsOf(), []);
    assert.deepEqual(messages, []);
    assert.ok(!existsSync(folder()));
  });

  it("writes the files if the user agrees", async () => {
    const { messages } = await addDevContainer("first");
    assert.match(messages.join(), /^Added a dev container to /);
    assert.match(await readFile(definition(), "utf8"), /"dockerfile": "Dockerfile"/);
    assert.match(await readFile(path(".devcontainer", "Dockerfile"), "utf8"), /^FROM /m);
    assert.equal(vscode.window.activeTextEditor?.document.uri.fsPath, definition());
  });

  it("shows a difference and prompts before it replaces an existing file", async () => {
    const mine = '{ "image": "mine" }\n';
    await mkdir(folder(), { recursive: true });
    await writeFile(definition(), mine);
    const { labels, differences } = await addDevContainer("cancel");
    assert.match(labels[0] ?? "", / Replace$/);
    assert.deepEqual(differences, [".devcontainer/devcontainer.json (Current ↔ Proposed)"]);
    assert.deepEqual(tabsOf(), []);
    assert.equal(await readFile(definition(), "utf8"), mine);

    const document = await vscode.workspace.openTextDocument(definition());
    await vscode.window.showTextDocument(document);
    await addDevContainer("first");
    assert.ok(
      !tabsOf().some(({ input }) => input instanceof vscode.TabInputTextDiff),
      "the difference closes",
    );
    assert.match(await readFile(definition(), "utf8"), /"dockerfile": "Dockerfile"/);
    await eventually(
      () => document.getText(),
      (text) => text.includes('"name": "MirageOS"'),
    );
  });
});
