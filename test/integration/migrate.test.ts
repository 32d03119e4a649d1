import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import * as vscode from "vscode";
import { activate, addProject, eventually, path, removeAdded } from "./workspace.ts";

const oldConfig = `(* mirage >= 3.10.0 & < 4.0.0 *)
open Mirage

let main = foreign "Unikernel.Main" (time @-> job)
let () = register "old" [ main $ default_time ]
`;
const oldSource = `module Main (Time : Mirage_time.S) = struct
  let start _time = Time.sleep_ns 1L
end
`;

const previews = (): readonly vscode.Tab[] =>
  vscode.window.tabGroups.all
    .flatMap(({ tabs }) => tabs)
    .filter(({ label }) => label.startsWith("Migrate old"));

/** Starts the migration of an old unikernel, and waits for the preview. */
async function startMigration(
  folder: string,
): Promise<{ readonly result: Thenable<unknown>; readonly config: string }> {
  const config = await addProject(folder);
  await writeFile(config, oldConfig);
  await writeFile(path(folder, "unikernel.ml"), oldSource);
  await vscode.window.showTextDocument(vscode.Uri.file(config));
  await eventually(
    () => vscode.window.activeTextEditor?.document.getText() ?? "",
    (text) => text === oldConfig,
  );
  // The unikernel is named as its config.ml is read again.
  await vscode.commands.executeCommand("mirageos.refresh");
  const result = vscode.commands.executeCommand("mirageos.migrate");
  await eventually(previews, ({ length }) => length === 1);
  return { result, config };
}

describe("The preview of a migration", () => {
  before(activate);
  afterEach(async () => {
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
    await removeAdded();
  });

  it("is applied from its title bar after the notification is hidden, to all files", async () => {
    const { config } = await startMigration("old-applied");
    await vscode.commands.executeCommand("notifications.hideToasts");
    await vscode.commands.executeCommand("mirageos.applyChanges");
    const document = await vscode.workspace.openTextDocument(config);
    await eventually(
      () => document.getText(),
      (text) => text.includes('main "Unikernel.Main" job'),
    );
    const source = await vscode.workspace.openTextDocument(path("old-applied", "unikernel.ml"));
    assert.match(source.getText(), /Mirage_sleep\.ns 1L/);
    assert.equal(previews().length, 0);
    await vscode.workspace.saveAll();
  });

  it("is discarded from its title bar, and changes nothing", async () => {
    const { result, config } = await startMigration("old-discarded");
    await vscode.commands.executeCommand("mirageos.discardChanges");
    assert.equal(await result, false);
    assert.equal(await readFile(config, "utf8"), oldConfig);
    assert.equal(previews().length, 0);
  });
});
