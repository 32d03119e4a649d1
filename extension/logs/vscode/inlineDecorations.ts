import { relative } from "node:path";
import * as vscode from "vscode";
import { visibleText } from "../../protocol/visibleText.ts";
import { t } from "../../protocol/l10n.ts";
import type { Level } from "../../ocaml/logs/levels.ts";
import { shownTime, type LogRecord } from "../model.ts";
import type { CallSiteStats } from "../source/callSiteStats.ts";

/** The longest message in an inline log and in its hover. */
const messageLimit = 80;
const hoverLimit = 200;
/** How many lines of a multi-line message are shown. */
const maxLines = 5;

const colours: Readonly<Record<Level, string>> = {
  app: "descriptionForeground",
  error: "editorError.foreground",
  warning: "editorWarning.foreground",
  info: "descriptionForeground",
  debug: "disabledForeground",
};

/** A disc for errors, a triangle for warnings. The shapes differ because themes cannot recolour images. */
function gutterIcon(level: "error" | "warning"): vscode.Uri {
  const shape =
    level === "error"
      ? '<circle cx="8" cy="8" r="6" fill="#e05252"/><path d="M5.5 5.5l5 5M10.5 5.5l-5 5" stroke="#fff" stroke-width="1.6"/>'
      : '<path d="M8 1.5L15 14H1z" fill="#d9a400"/><path d="M8 6v4M8 11.2v1.4" stroke="#000" stroke-width="1.5"/>';
  const image = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16">${shape}</svg>`;
  return vscode.Uri.parse(`data:image/svg+xml;base64,${Buffer.from(image).toString("base64")}`);
}

/** The decoration type for call sites of a level. Errors and warnings also have icons in the gutter and overview ruler. */
export function decorationType(level: Level): vscode.TextEditorDecorationType {
  const colour = new vscode.ThemeColor(colours[level]);
  const marked = level === "error" || level === "warning";
  return vscode.window.createTextEditorDecorationType({
    after: { color: colour, fontStyle: "italic", margin: "0 0 0 3ch" },
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
    ...(marked && {
      overviewRulerColor: colour,
      overviewRulerLane: vscode.OverviewRulerLane.Right,
      gutterIconPath: gutterIcon(level),
      gutterIconSize: "70%",
    }),
  });
}

/** A decoration at the end of the line in which a call site's format ends. With `false`, only its icons are shown. */
export function lineEndDecoration(
  document: vscode.TextDocument,
  { range }: CallSiteStats,
  text: string | false,
): vscode.DecorationOptions {
  const { end } = document.lineAt(Math.min(range.endLine, document.lineCount - 1)).range;
  const options = { range: new vscode.Range(end, end) };
  return text === false ? options : { ...options, renderOptions: { after: { contentText: text } } };
}

/** The last message of a call site, how often it logged, and when it did so last. */
export function inlineText(site: CallSiteStats, hasSkipped: boolean): string {
  const last = site.lastRecords.at(-1);
  const message = last ? messageOf(site, last, messageLimit, " ⏎ ") : "";
  const count = site.count > 1 || hasSkipped ? ` ×${site.count}${hasSkipped ? "+" : ""}` : "";
  const at = last ? ` · ${clock(last)}` : "";
  return `${site.ambiguousWith.size > 0 ? "? " : ""}${message}${count}${at}`;
}

/** The message with the lines that continue it, unless they are unrelated output after it. */
function messageOf(
  { matcher }: CallSiteStats,
  { message, prefixLength, more }: LogRecord,
  limit: number,
  separator: string,
): string {
  const isWhole = more.length > 0 && matcher.matches([message.slice(prefixLength), ...more].join("\n"));
  const lines = [message, ...(isWhole || message === "" ? more.slice(0, maxLines) : [])];
  const visible = visibleText(
    lines
      .map((line) => line.slice(0, limit + 1).trimEnd())
      .filter((line) => line !== "")
      .join(separator),
  );
  return visible.length > limit ? `${visible.slice(0, limit).toWellFormed()}…` : visible;
}

/** The local time of day, with milliseconds if `isPrecise`, unless they are zero. */
function clock(record: LogRecord, isPrecise = false): string {
  const at = new Date(shownTime(record));
  const milliseconds = isPrecise ? at.getMilliseconds() : 0;
  const fraction = milliseconds === 0 ? "" : `.${String(milliseconds).padStart(3, "0")}`;
  return `${at.toLocaleTimeString("en-GB")}${fraction}`;
}

/** The last messages of a call site, newest first, each with a link to it in the panel. */
export function hoverText(site: CallSiteStats, session: string): vscode.MarkdownString {
  const text = new vscode.MarkdownString();
  text.isTrusted = { enabledCommands: ["mirageos.showLogs", "mirageos.stopWhenLogged"] };
  if (site.ambiguousWith.size > 0) {
    text.appendText(`${t("Other call sites may have logged some of these:")} `);
    for (const { file, range, isPresent } of site.ambiguousWith) {
      if (!isPresent) continue;
      const line = range.startLine + 1;
      const target = vscode.Uri.file(file).with({ fragment: `L${line},${range.startColumn + 1}` });
      text.appendMarkdown(
        `[${escapeMarkdown(relative(folderOf(site.file), file))}:${line}](${target.toString()}) `,
      );
    }
    text.appendMarkdown("\n\n");
  }
  const last = site.lastRecords.at(-1);
  if (last) {
    const target = encodeURIComponent(
      JSON.stringify([{ session, seq: last.seq, file: site.file, line: site.range.startLine }]),
    );
    text.appendMarkdown(`[${t("Stop When This Is Logged")}](command:mirageos.stopWhenLogged?${target})\n\n`);
  }
  for (const record of site.lastRecords.toReversed()) {
    const time = clock(record, true);
    const target = encodeURIComponent(JSON.stringify([{ session, seq: record.seq }]));
    text.appendMarkdown(`[${time}](command:mirageos.showLogs?${target} "${t("Show in Unikernel Logs")}") `);
    text.appendText(messageOf(site, record, hoverLimit, "\n"));
    text.appendMarkdown("\n\n");
  }
  return text;
}

function folderOf(file: string): string {
  const folder = vscode.workspace.getWorkspaceFolder(vscode.Uri.file(file));
  return folder?.uri.fsPath ?? "";
}

/** Escapes a text for Markdown. */
function escapeMarkdown(text: string): string {
  return text.replace(/[\\`*_{}[\]()#+\-.!<>|~]/g, String.raw`\$&`);
}
