import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import * as vscode from "vscode";
import type { LogStore } from "../../extension/logs/store/logStore.ts";
import {
  activate,
  addProject,
  command,
  edit,
  ensureFetched,
  eventually,
  path,
  removeAdded,
  setting,
} from "./workspace.ts";

describe("The logs of a unikernel", () => {
  before(activate);

  it("are stored for a run, together with its outcome", async function () {
    const extension = vscode.extensions.getExtension<{ logStore: () => Promise<LogStore> }>(
      "mirageos.mirageos",
    );
    assert.ok(extension);
    const store = await extension.exports.logStore();
    const configFile = await ensureFetched("hello");
    const result = await command("build-and-run", configFile);
    assert.equal(result.kind, "ran", JSON.stringify(result));
    const [session] = store.sessions();
    assert.ok(session);
    assert.equal(session.unikernel, configFile);
    assert.equal(session.outcome?.kind, "ok", JSON.stringify(session));
    const records = store.records(session.id, 0, 100);
    const hello = records.filter(({ message }) => message === "hello");
    assert.equal(hello.length, 4, JSON.stringify(records));
    assert.equal(hello[0]?.level, "info");
  });

  describe("shown after the source lines that logged them", () => {
    const file = () => path("inline", "unikernel.ml");
    /** Returns the text of the hover at the end of a line of an open file; empty if there is none. */
    const hoverAt = async (document: vscode.TextDocument, part: string): Promise<string> => {
      const line = Array.from({ length: document.lineCount }, (_, at) => document.lineAt(at)).find((each) =>
        each.text.includes(part),
      );
      if (!line) return "";
      const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
        "vscode.executeHoverProvider",
        document.uri,
        line.range.end,
      );
      const contents = hovers.flatMap(({ contents: all }) => all);
      const text = contents.map((each) => (typeof each === "string" ? each : each.value)).join("\n");
      return text.replaceAll("&nbsp;", " ");
    };
    const waitForMessage = (document: vscode.TextDocument, line: string, message: string) =>
      eventually(
        () => hoverAt(document, line),
        (text) => text.includes(message),
      );
    const waitForNoMessage = (document: vscode.TextDocument, line: string) =>
      eventually(
        () => hoverAt(document, line),
        (text) => !text.includes("command:mirageos.showLogs"),
      );
    /** Starts a session and writes these lines to its console. */
    const run = async (...lines: readonly string[]) => {
      const extension = vscode.extensions.getExtension<{ logStore: () => Promise<LogStore> }>(
        "mirageos.mirageos",
      );
      const store = await extension?.exports.logStore();
      const unikernel = path("inline", "config.ml");
      const writer = store?.begin({ name: "inline", unikernel, target: "unix" });
      assert.ok(writer);
      for (const line of lines)
        writer.stdout(Buffer.from(`2026-11-23T09:27:25Z: [INFO] [application] ${line}\n`));
      return writer;
    };

    before(async () => {
      await addProject("inline");
      await writeFile(
        file(),
        'let start () =\n  Logs.info (fun m -> m "got %d of %s" 1 what);\n  Logs.info (fun m -> m "same");\n  Logs.info (fun m -> m "same")\n',
      );
    });
    afterEach(() => vscode.commands.executeCommand("workbench.action.closeAllEditors"));
    after(removeAdded);

    it("move with edits, disappear when the format string changes, and appear again when it is restored", async () => {
      const document = await vscode.workspace.openTextDocument(file());
      const editor = await vscode.window.showTextDocument(document);
      const writer = await run("got 1 of it", "got 2 of it", "same");
      const text = await waitForMessage(document, "got %d", "got 2 of it");
      assert.ok(text.indexOf("got 2 of it") < text.indexOf("got 1 of it"), "the newest message is first");
      assert.match(
        await hoverAt(document, '"same")'),
        /Other call sites may have logged some of these:.*unikernel/s,
      );

      await editor.edit((change) => change.insert(new vscode.Position(0, 0), "(* above *)\n\n"));
      await waitForMessage(document, "got %d", "got 2 of it");
      await editor.edit((change) => change.insert(new vscode.Position(2, 0), "(* unfinished "));
      await waitForNoMessage(document, "got %d");
      writer.stdout(Buffer.from("2026-11-23T09:27:25Z: [INFO] [application] got 3 of it\n"));
      await vscode.commands.executeCommand("undo");
      await waitForMessage(document, "got %d", "got 3 of it");
      writer.end({ kind: "ok", text: "" });
      await vscode.commands.executeCommand("workbench.action.files.revert");
    });

    it("are hidden by the command even if a workspace setting shows them", async () => {
      const isOn = () => vscode.workspace.getConfiguration("mirageos").get("inlineLogs");
      await setting("inlineLogs", true);
      await vscode.commands.executeCommand("mirageos.toggleInlineLogs");
      assert.equal(isOn(), false);
      await vscode.commands.executeCommand("mirageos.toggleInlineLogs");
      assert.equal(isOn(), true);
      await setting("inlineLogs", undefined);
    });

    it("stay with their lines when a closed file is edited or renamed, until the next run", async () => {
      const writer = await run("got 4 of it");
      const open = () => vscode.workspace.openTextDocument(file());
      await waitForMessage(await open(), "got %d", "got 4 of it");
      await edit(file(), (text) => `(* one *)\n(* two *)\n${text}`);
      const renamed = path("inline", "renamed.ml");
      const change = new vscode.WorkspaceEdit();
      change.renameFile(vscode.Uri.file(file()), vscode.Uri.file(renamed));
      await vscode.workspace.applyEdit(change);
      const document = await vscode.workspace.openTextDocument(renamed);
      await waitForMessage(document, "got %d", "got 4 of it");
      const next = await run("something else");
      await waitForNoMessage(document, "got %d");
      for (const each of [writer, next]) each.end({ kind: "ok", text: "" });
    });
  });

  it("are shown in a panel that its command opens", async () => {
    await vscode.commands.executeCommand("mirageos.showLogs");
    const isOpen = await eventually(
      () => vscode.commands.executeCommand<boolean>("mirageos.clearLogs"),
      (there) => there,
    );
    assert.equal(isOpen, true, "the panel is open and can be cleared");
  });
});
