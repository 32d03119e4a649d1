import { basename, join, relative } from "node:path";
import * as vscode from "vscode";
import { logCalls } from "../../ocaml/logs/logCalls.ts";
import { editorRange } from "../../platform/vscode/editorRange.ts";
import { t } from "../../protocol/l10n.ts";
import type { LogRecord, LogSession } from "../model.ts";
import type { SourceRoots } from "../source/frameSources.ts";
import { libraryCallSites } from "../source/libraryCallSites.ts";
import { matchCallSites } from "../source/matchCallSites.ts";
import { ocamlSources } from "./ocamlSources.ts";
import { findUnikernelFolders } from "./unikernelFolders.ts";

/** The place of a call that logs. */
interface CallSite {
  readonly file: string;
  readonly range: vscode.Range;
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
  return chosen ? { file: chosen.site.file, range: editorRange(chosen.site.range) } : "";
}

const findInLibraries = (record: LogRecord, { project, libraries }: SourceRoots) =>
  vscode.window.withProgress(
    { location: vscode.ProgressLocation.Window, title: t("Searching libraries for the call") },
    () =>
      libraryCallSites(record, [...["duniverse", "vendor"].map((each) => join(project, each)), ...libraries]),
  );

/** Sets a breakpoint at a call that logs, unless there is one. Returns a message for the user. */
export function stopAtCallSite({ file, range }: CallSite): string {
  const { line } = range.start;
  const isSet = vscode.debug.breakpoints.some(
    (each) =>
      each instanceof vscode.SourceBreakpoint &&
      each.enabled &&
      each.location.uri.fsPath === file &&
      each.location.range.start.line === line,
  );
  if (!isSet) {
    const location = new vscode.Location(vscode.Uri.file(file), new vscode.Position(line, 0));
    vscode.debug.addBreakpoints([new vscode.SourceBreakpoint(location)]);
  }
  return t("There is a breakpoint at {0}:{1} now.", basename(file), line + 1);
}
