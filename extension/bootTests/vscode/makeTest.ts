import { dirname, join } from "node:path";
import * as vscode from "vscode";
import { showErrorMessage, showInformationMessage } from "../../platform/vscode/messages.ts";
import type { LogRecord } from "../../logs/model.ts";
import type { LogStore } from "../../logs/store/logStore.ts";
import { readText } from "../../platform/readText.ts";
import type { Projects } from "../../project/vscode/projects.ts";
import { t } from "../../protocol/l10n.ts";
import { bootTestsFile } from "../fileName.ts";
import { readBootTests } from "../readBootTests.ts";
import { addTest, recordedTest, unusedName } from "../recordedTest.ts";

/** At most this many records are offered, so that the list stays fluid. */
const offeredRecords = 500;

/**
 * Adds a test to boot-tests.json from the session that the log panel shows or else the newest one, if it is of a unikernel of
 * this workspace, after the user has chosen the records that it expects, and opens it. The file is changed in the editor
 * and not saved, so that Undo removes the test.
 */
export async function makeTestFromRun(
  projects: Projects,
  loadStore: () => Promise<LogStore>,
  shownSession: () => string | undefined,
): Promise<void> {
  const store = await loadStore();
  const shown = shownSession();
  const sessions = store.sessions().filter(({ unikernel }) => projects.get(unikernel) !== undefined);
  const session = sessions.find(({ id }) => id === shown) ?? sessions[0];
  if (!session) {
    void showInformationMessage(t("Run a unikernel first. Its log records become the test."));
    return;
  }
  await store.load(session.id);
  const { end } = store.span(session.id);
  const records = store.records(session.id, Math.max(0, end - offeredRecords), offeredRecords);
  const chosen = await chooseRecords(records, t("Boot Test from {0} on {1}", session.name, session.target));
  if (!chosen) return;
  const uri = vscode.Uri.file(join(dirname(session.unikernel), bootTestsFile));
  const exists = (await readText(uri.fsPath)) !== undefined;
  const document = exists ? await vscode.workspace.openTextDocument(uri) : undefined;
  const text = document?.getText() ?? "";
  if (document && readBootTests(text).problems.some(({ severity }) => severity === "error")) {
    await vscode.window.showTextDocument(document);
    void showErrorMessage(t("Fix the problems in {0} first.", bootTestsFile));
    return;
  }
  const exit = session.outcome?.kind === "ok" ? 0 : records.findLast(({ kind }) => kind === "exit")?.status;
  const name = unusedName(text, t("{0} boots", session.name));
  const manifest = await readText(join(dirname(session.unikernel), "mirage", "manifest.json"));
  const added = addTest(text, recordedTest(name, session, chosen, { exit, manifest }));
  const edit = new vscode.WorkspaceEdit();
  edit.createFile(uri, { ignoreIfExists: true });
  const whole = document?.validateRange(new vscode.Range(0, 0, document.lineCount, 0));
  edit.replace(uri, whole ?? new vscode.Range(0, 0, 0, 0), added);
  await vscode.workspace.applyEdit(edit);
  const test = readBootTests(added).tests.find((found) => found.name === name);
  const editor = await vscode.window.showTextDocument(uri);
  if (!test) return;
  const range = new vscode.Range(
    editor.document.positionAt(test.range.offset),
    editor.document.positionAt(test.range.offset + test.range.length),
  );
  editor.selection = new vscode.Selection(range.start, range.start);
  editor.revealRange(range, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
}

/** Resolves to the chosen records in their order; `undefined` if the user dismisses the list. */
async function chooseRecords(
  records: readonly LogRecord[],
  title: string,
): Promise<readonly LogRecord[] | undefined> {
  const items = records
    .filter(({ kind, message }) => (kind === "log" || kind === "plain") && message.trim() !== "")
    .map((record) => ({
      label: record.message,
      description: [record.level?.toUpperCase(), record.source].filter(Boolean).join(" · "),
      record,
    }));
  if (items.length === 0) {
    void showInformationMessage(t("This run printed no record that a test could expect."));
    return undefined;
  }
  const chosen = await vscode.window.showQuickPick(items, {
    title,
    placeHolder: t("Choose the records that every boot must show, in this order"),
    canPickMany: true,
    matchOnDescription: true,
  });
  if (!chosen) return undefined;
  const picked = new Set(chosen.map(({ record }) => record.seq));
  return records.filter(({ seq }) => picked.has(seq));
}
