import assert from "node:assert/strict";
import { homedir } from "node:os";
import * as vscode from "vscode";
import { activate } from "./workspace.ts";

describe("Report Issue", () => {
  before(activate);

  it("opens a report with versions, setup and logs but without private paths", async function () {
    await vscode.commands.executeCommand("mirageos.reportIssue");
    const text = vscode.window.activeTextEditor?.document.getText() ?? "";
    assert.match(text, /^## What happened/);
    assert.ok(text.includes(vscode.version));
    assert.match(text, /### hello\b/);
    assert.match(text, /<summary>Setup<\/summary>[\s\S]*\bmirage\b/);
    // The report contains the log of the extension instead of the reason why it is missing.
    assert.match(text, /Log of the extension<\/summary>\s+`+text\n(?!Missing)/);
    const folders = (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri.fsPath);
    for (const path of [homedir(), ...folders]) {
      assert.ok(!new RegExp(`${path.replace(/[.]/g, "\\.")}(?![\\w-])`).test(text), `${path} in:\n${text}`);
    }
    await vscode.commands.executeCommand("workbench.action.revertAndCloseActiveEditor");
  });
});
