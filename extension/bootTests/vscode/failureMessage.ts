import { isAbsolute, join } from "node:path";
import * as vscode from "vscode";
import type { LogStore } from "../../logs/store/logStore.ts";
import type { StackFrame } from "../../logs/model.ts";
import { isReadableFile } from "../../platform/readText.ts";
import type { Project } from "../../project/vscode/projects.ts";
import { t } from "../../protocol/l10n.ts";
import { frameLabel } from "../frameLabel.ts";
import type { Failure } from "../model.ts";

/** How the context of a message begins that has a record; package.json shows a button for it. */
const recordContext = "mirageos.record ";
/** A record that shows a failure is searched among this many of the newest. */
const searchedRecords = 10_000;

/** What a failed boot belongs to. */
export interface FailedBoot {
  readonly project: Project;
  readonly target: string;
  readonly session: string | undefined;
  readonly uri: vscode.Uri | undefined;
  readonly rangeOf: (range: Failure["range"]) => vscode.Range;
  readonly logStore: () => Promise<LogStore>;
}

/** The message of a failure at its expectation, with the backtrace of a crash and a button that shows the record. */
export async function failureMessage(
  { message, range, expected, actual, record, frames = [] }: Failure,
  { project, target, session, uri, rangeOf, logStore }: FailedBoot,
): Promise<vscode.TestMessage> {
  const text = t("On {0}: {1}", target, message);
  const result =
    expected !== undefined && actual !== undefined
      ? vscode.TestMessage.diff(text, expected, actual)
      : new vscode.TestMessage(text);
  if (uri) result.location = new vscode.Location(uri, rangeOf(range));
  if (frames.length > 0)
    result.stackTrace = await Promise.all(frames.map((each) => stackFrame(each, project)));
  if (session !== undefined) {
    const seq = findRecord(await logStore(), session, record);
    if (seq !== undefined) result.contextValue = `${recordContext}${seq} ${session}`;
  }
  return result;
}

/** The number of the last record that begins with a text, or of the last record. */
function findRecord(store: LogStore, session: string, text: string | undefined): number | undefined {
  if (!store.sessions().some(({ id }) => id === session)) return undefined;
  const { end } = store.span(session);
  const records = store.records(session, Math.max(0, end - searchedRecords), searchedRecords);
  const found = text === undefined ? undefined : records.findLast(({ message }) => message === text);
  return (found ?? records.at(-1))?.seq;
}

/** Files of the unikernel are links; the sources of libraries are not looked for. */
async function stackFrame(
  frame: StackFrame,
  { root, buildDir }: Project,
): Promise<vscode.TestMessageStackFrame> {
  const { file, line, startColumn } = frame;
  // VS Code shows it also without a file, and the start of a file if it is not given.
  const position = new vscode.Position(Math.max(0, line - 1), startColumn);
  for (const path of isAbsolute(file) ? [file] : [join(root, file), join(buildDir, file)])
    if (await isReadableFile(path))
      return new vscode.TestMessageStackFrame(frameLabel(frame, true), vscode.Uri.file(path), position);
  return new vscode.TestMessageStackFrame(frameLabel(frame, false), undefined, position);
}

/** The session and the record of a message, which VS Code passes to the commands of its buttons. */
export function recordOfMessage(
  argument: unknown,
): { readonly session: string; readonly seq: number } | undefined {
  if (typeof argument !== "object" || argument === null || !("message" in argument)) return undefined;
  const { message } = argument;
  if (typeof message !== "object" || message === null || !("contextValue" in message)) return undefined;
  const context = String(message.contextValue);
  if (!context.startsWith(recordContext)) return undefined;
  const [seq = "", ...session] = context.slice(recordContext.length).split(" ");
  return { session: session.join(" "), seq: Number(seq) };
}
