import { basename, join, relative } from "node:path";
import * as vscode from "vscode";
import { logCalls, type LogCall } from "../../ocaml/logs/logCalls.ts";
import { editorRange } from "../../platform/vscode/editorRange.ts";
import { t } from "../../protocol/l10n.ts";
import type { LogRecord, LogSession } from "../model.ts";
import type { LogStore } from "../store/logStore.ts";
import type { SourceRoots } from "../source/frameSources.ts";
import { libraryCallSites } from "../source/libraryCallSites.ts";
import { matchCallSites } from "../source/matchCallSites.ts";
import { stopCondition } from "../source/stopCondition.ts";
import { ocamlSources } from "./ocamlSources.ts";
import { findUnikernelFolders } from "./unikernelFolders.ts";

/** A call that logs and its place. */
interface CallSite {
  readonly file: string;
  readonly range: vscode.Range;
  readonly call: LogCall;
}

/**
 * Finds the call that logged a record, in the unikernel's sources or else in its libraries. Lets the user choose if
 * several calls may have. Returns a message for the user if there is none, and an empty one if the choice is dismissed.
 */
export async function findCallSite(
  record: LogRecord | undefined,
  session: LogSession | undefined,
  sourceRoots: () => Promise<SourceRoots>,
): Promise<CallSite | string> {
  if (!record || !session) return t("The record is no longer in memory.");
  const folders = await findUnikernelFolders(session.unikernel);
  const sites = (await ocamlSources(folders)).flatMap(({ file, text }) =>
    logCalls(text).map((site) => ({ ...site, file })),
  );
  const own = matchCallSites(record, sites);
  const found = own.length > 0 ? own : await findInLibraries(record, await sourceRoots());
  if (found.length === 0)
    return t("No call in the sources of {0} and its libraries logs this.", session.name);
  const items = found.map((site) => ({
    label: site.format,
    description: `${relative(folders.root, site.file)}:${site.range.startLine + 1}`,
    site,
  }));
  const chosen =
    items.length === 1
      ? items[0]
      : await vscode.window.showQuickPick(items, { title: t("Calls That May Have Logged This Record") });
  if (!chosen) return "";
  const { site } = chosen;
  return { file: site.file, range: editorRange(site.range), call: site };
}

const findInLibraries = (record: LogRecord, { project, libraries }: SourceRoots) =>
  vscode.window.withProgress(
    { location: vscode.ProgressLocation.Window, title: t("Searching libraries for the call") },
    () =>
      libraryCallSites(record, [...["duniverse", "vendor"].map((each) => join(project, each)), ...libraries]),
  );

/**
 * Sets a breakpoint at a call that logs, unless there is one. It stops when the call logs the text of the record again,
 * as far as that can be compared. Returns a message for the user.
 */
export async function stopAtCallSite(
  { file, call }: Pick<CallSite, "file" | "call">,
  record: LogRecord | undefined,
): Promise<string> {
  const uri = vscode.Uri.file(file);
  const line = call.range.startLine;
  const existing = vscode.debug.breakpoints.find(
    (each) =>
      each instanceof vscode.SourceBreakpoint &&
      each.enabled &&
      each.location.uri.fsPath === uri.fsPath &&
      each.location.range.start.line === line,
  );
  let condition = existing?.condition;
  if (!existing) {
    const document = await vscode.workspace.openTextDocument(uri);
    condition = record && stopCondition(document.getText(), call, record);
    const location = new vscode.Location(uri, new vscode.Position(line, 0));
    vscode.debug.addBreakpoints([new vscode.SourceBreakpoint(location, true, condition)]);
  }
  return condition === undefined
    ? t("There is a breakpoint at {0}:{1} now.", basename(file), line + 1)
    : t("There is a breakpoint at {0}:{1} now. It stops if {2}.", basename(file), line + 1, condition);
}

/** Handles the link in the hover of an inline log. `link` is its argument. */
export async function stopWhenLogged(link: unknown, store: LogStore): Promise<void> {
  const { session, seq, file, line } = link as {
    readonly session: string;
    readonly seq: number;
    readonly file: string;
    readonly line: number;
  };
  const record = store.records(session, seq, 1).find((each) => each.seq === seq);
  const document = await vscode.workspace.openTextDocument(vscode.Uri.file(file));
  const calls = record ? matchCallSites(record, logCalls(document.getText())) : [];
  const call = calls.find(({ range }) => range.startLine === line) ?? calls[0];
  vscode.window.setStatusBarMessage(
    call ? await stopAtCallSite({ file, call }, record) : t("The record is no longer in memory."),
    statusTimeMs,
  );
}

const statusTimeMs = 6000;
