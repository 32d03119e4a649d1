import { relative } from "node:path";
import * as vscode from "vscode";
import { visible } from "../../../webviews/logs/words.ts";
import { t } from "../../platform/l10n.ts";
import type { Level, LogRecord } from "../model.ts";
import type { TalliedSite } from "../siteTally.ts";

const messageLimit = 80;
const hoverLimit = 200;
/** Of a message that spans lines. */
const hoverLines = 5;

const colours: Readonly<Record<Level, string>> = {
  app: "descriptionForeground",
  error: "editorError.foreground",
  warning: "editorWarning.foreground",
  info: "descriptionForeground",
  debug: "disabledForeground",
};

/** A triangle or a disc: themes do not reach into images, and the shape tells without the colour. */
function gutterIcon(level: "error" | "warning"): vscode.Uri {
  const shape =
    level === "error"
      ? '<circle cx="8" cy="8" r="6" fill="#e05252"/><path d="M5.5 5.5l5 5M10.5 5.5l-5 5" stroke="#fff" stroke-width="1.6"/>'
      : '<path d="M8 1.5L15 14H1z" fill="#d9a400"/><path d="M8 6v4M8 11.2v1.4" stroke="#000" stroke-width="1.5"/>';
  const image = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16">${shape}</svg>`;
  return vscode.Uri.parse(`data:image/svg+xml;base64,${Buffer.from(image).toString("base64")}`);
}

/** How the sites of a level look; errors and warnings are marked at the edges too. */
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

/** A decoration at the end of the line in which a site's format ends; without a text only its marks are seen. */
export function decoration(
  document: vscode.TextDocument,
  { range }: TalliedSite,
  text: string | false,
): vscode.DecorationOptions {
  const { end } = document.lineAt(Math.min(range.endLine, document.lineCount - 1)).range;
  const options = { range: new vscode.Range(end, end) };
  return text === false ? options : { ...options, renderOptions: { after: { contentText: text } } };
}

/** The last message of a site, how often it logged, and when it did so last. */
export function inlineText(site: TalliedSite, skipped: boolean): string {
  const last = site.last.at(-1);
  const shown = last ? messageOf(site, last, messageLimit, " ⏎ ") : "";
  const count = site.count > 1 || skipped ? ` ×${site.count}${skipped ? "+" : ""}` : "";
  const at = last ? ` · ${clock(last)}` : "";
  return `${site.others.size > 0 ? "? " : ""}${shown}${count}${at}`;
}

/** The message, with its further lines unless they are something else that was printed behind it. */
function messageOf(
  { matcher }: TalliedSite,
  { message, lead, more }: LogRecord,
  limit: number,
  between: string,
): string {
  const isWhole = more.length > 0 && matcher.matches([message.slice(lead), ...more].join("\n"));
  const lines = [message, ...(isWhole || message === "" ? more.slice(0, hoverLines) : [])];
  const seen = visible(
    lines
      .map((line) => line.slice(0, limit + 1).trimEnd())
      .filter((line) => line !== "")
      .join(between),
  );
  return seen.length > limit ? `${seen.slice(0, limit).toWellFormed()}…` : seen;
}

function clock({ loggedAt, receivedAt }: LogRecord): string {
  return new Date(loggedAt ?? receivedAt).toLocaleTimeString("en-GB");
}

/** The last messages of a site, the newest first, each with a link to it in the panel. */
export function hoverText(site: TalliedSite, session: string): vscode.MarkdownString {
  const text = new vscode.MarkdownString();
  text.isTrusted = { enabledCommands: ["mirageos.showLogs"] };
  if (site.others.size > 0) {
    text.appendText(`${t("Another call site can have logged these too.")} `);
    for (const { file, range, isThere } of site.others) {
      if (!isThere) continue;
      const line = range.startLine + 1;
      const target = vscode.Uri.file(file).with({ fragment: `L${line},${range.startColumn + 1}` });
      text.appendMarkdown(
        `[${markdown(relative(folderOf(site.file), file))}:${line}](${target.toString()}) `,
      );
    }
    text.appendMarkdown("\n\n");
  }
  for (const record of site.last.toReversed()) {
    const at = new Date(record.loggedAt ?? record.receivedAt);
    const time = `${clock(record)}.${String(at.getMilliseconds()).padStart(3, "0")}`;
    const target = encodeURIComponent(JSON.stringify([{ session, seq: record.seq }]));
    text.appendMarkdown(
      `[${time}](command:mirageos.showLogs?${target} "${t("Show it in Unikernel Logs")}") `,
    );
    text.appendText(messageOf(site, record, hoverLimit, "\n"));
    text.appendMarkdown("\n\n");
  }
  return text;
}

function folderOf(file: string): string {
  const folder = vscode.workspace.getWorkspaceFolder(vscode.Uri.file(file));
  return folder?.uri.fsPath ?? "";
}

/** A text in which nothing is taken for Markdown. */
function markdown(text: string): string {
  return text.replace(/[\\`*_{}[\]()#+\-.!<>|~]/g, String.raw`\$&`);
}
