import { sep } from "node:path";
import * as vscode from "vscode";
import { visible } from "../../../webviews/logs/words.ts";
import type { LogChange } from "../changes.ts";
import { levels, type Level, type LogRecord, type LogSession } from "../model.ts";
import { createSiteTally, type SiteTally, type TalliedSite } from "../siteTally.ts";
import type { LogStore } from "../store.ts";
import { ocamlSources, sourceRoot } from "./sources.ts";
import { t } from "../../platform/l10n.ts";

const messageLimit = 80;
const drawMs = 100;
/** How long records are counted before something else may be done: a pipe fills in some milliseconds. */
const turnMs = 4;
const betweenTurnsMs = 12;
const portion = 250;
const settleMs = 60;

/** A run, and what the call sites of its sources have logged. */
interface Followed {
  readonly id: string;
  readonly root: string;
  readonly tally: SiteTally;
  next: number;
  /** When a record last came or grew, of `performance.now()`. */
  grewAt: number;
  /** The sources have been read. */
  ready: boolean;
  /** Records were dropped before they were looked at, so counts are least counts. */
  skipped: boolean;
}

const colours: Readonly<Record<Level, string>> = {
  app: "descriptionForeground",
  error: "editorError.foreground",
  warning: "editorWarning.foreground",
  info: "descriptionForeground",
  debug: "disabledForeground",
};

/** Shows after each call site what it has logged last, in the newest run of each unikernel. */
export function showInline(store: LogStore): vscode.Disposable {
  const types = new Map(levels.map((level) => [level, decorationType(level)]));
  /** By root: the next run of a unikernel takes the place of the last. */
  const runs = new Map<string, Followed>();
  // Runs of earlier windows are for the panel alone: the sources may have changed since.
  const since = Date.now();
  let timer: NodeJS.Timeout | undefined;
  let counting: NodeJS.Timeout | undefined;

  const enabled = () => vscode.workspace.getConfiguration("mirageos").get("inlineLogs") !== false;
  const asHints = () => vscode.workspace.getConfiguration("mirageos").get("inlineLogsAs") === "inlayHints";
  const hintsChanged = new vscode.EventEmitter<void>();

  const follow = async (session: LogSession): Promise<void> => {
    const root = sourceRoot(session.unikernel);
    const tally = createSiteTally();
    const run: Followed = { id: session.id, root, tally, next: 0, ready: false, skipped: false, grewAt: 0 };
    runs.set(root, run);
    for (const { file, text } of await ocamlSources(root)) tally.setFile(file, text);
    run.ready = true;
    soon();
  };

  /** Counts for a while; true when all has been counted. */
  const read = (run: Followed): boolean => {
    const until = performance.now() + turnMs;
    for (;;) {
      const { first, end } = store.span(run.id);
      run.skipped ||= first > run.next;
      run.next = Math.max(first, run.next);
      // The last one may still get lines, which its format may ask for.
      const running = store.sessions().some(({ id, endedAt }) => id === run.id && endedAt === undefined);
      const stop = running && performance.now() - run.grewAt < settleMs ? end - 1 : end;
      const count = Math.min(portion, stop - run.next);
      if (count <= 0) return run.next >= end;
      for (const record of store.records(run.id, run.next, count)) run.tally.add(record);
      run.next += count;
      if (performance.now() > until) return false;
    }
  };

  const changed = (changes: readonly LogChange[] = []): void => {
    for (const { sessionId, records } of changes) {
      const run = [...runs.values()].find(({ id }) => id === sessionId);
      if (run && records) run.grewAt = performance.now();
    }
    const seen = new Set<string>();
    for (const session of store.sessions()) {
      const root = sourceRoot(session.unikernel);
      if (seen.has(root)) continue;
      seen.add(root);
      if (session.startedAt >= since && runs.get(root)?.id !== session.id) void follow(session);
    }
    soon();
  };

  /** Of a flood much is to be counted between two drawings. */
  const count = (): void => {
    counting = undefined;
    let all = true;
    for (const run of runs.values()) if (run.ready) all = read(run) && all;
    if (all) return;
    counting = setTimeout(count, betweenTurnsMs);
    soon();
  };

  const draw = (): void => {
    timer = undefined;
    if (counting === undefined) count();
    for (const editor of vscode.window.visibleTextEditors) drawEditor(editor);
    if (asHints()) hintsChanged.fire();
  };
  const soon = (): void => {
    timer ??= setTimeout(draw, drawMs);
  };

  const runOf = (document: vscode.TextDocument): Followed | undefined =>
    [...runs.values()]
      .filter(({ root }) => document.fileName.startsWith(`${root}${sep}`))
      .toSorted((a, b) => b.root.length - a.root.length)[0];

  const drawEditor = (editor: vscode.TextEditor): void => {
    const run = runOf(editor.document);
    const sites = run && enabled() && !asHints() ? run.tally.logged(editor.document.fileName) : [];
    for (const [level, type] of types) {
      const ours = sites.filter((site) => (site.last.at(-1)?.level ?? "info") === level);
      editor.setDecorations(
        type,
        ours.map((site) => decoration(editor.document, site, run?.id ?? "", run?.skipped === true)),
      );
    }
  };

  const provideInlayHints = (document: vscode.TextDocument, range: vscode.Range): vscode.InlayHint[] => {
    const run = runOf(document);
    if (!run || !enabled() || !asHints()) return [];
    return run.tally.logged(document.fileName).flatMap((site) => {
      const line = document.lineAt(Math.min(site.range.endLine, document.lineCount - 1));
      if (!range.contains(line.range.end)) return [];
      const hint = new vscode.InlayHint(line.range.end, inlineText(site, run.skipped));
      hint.paddingLeft = true;
      hint.tooltip = hover(site, run.id);
      return [hint];
    });
  };

  const changing = vscode.Disposable.from(
    hintsChanged,
    vscode.languages.registerInlayHintsProvider(
      { language: "ocaml" },
      { onDidChangeInlayHints: hintsChanged.event, provideInlayHints },
    ),
    { dispose: store.onChange(changed) },
    vscode.window.onDidChangeVisibleTextEditors(soon),
    vscode.workspace.onDidChangeTextDocument(({ document }) => {
      const run = document.languageId === "ocaml" ? runOf(document) : undefined;
      if (!run) return;
      run.tally.setFile(document.fileName, document.getText());
      soon();
    }),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (
        !event.affectsConfiguration("mirageos.inlineLogs") &&
        !event.affectsConfiguration("mirageos.inlineLogsAs")
      )
        return;
      hintsChanged.fire();
      soon();
    }),
  );
  changed();
  return {
    dispose: () => {
      clearTimeout(timer);
      clearTimeout(counting);
      changing.dispose();
      for (const type of types.values()) type.dispose();
    },
  };
}

/** A triangle or a disc: themes do not reach into images, and the shape tells without the colour. */
function gutterIcon(level: "error" | "warning"): vscode.Uri {
  const shape =
    level === "error"
      ? '<circle cx="8" cy="8" r="6" fill="#e05252"/><path d="M5.5 5.5l5 5M10.5 5.5l-5 5" stroke="#fff" stroke-width="1.6"/>'
      : '<path d="M8 1.5L15 14H1z" fill="#d9a400"/><path d="M8 6v4M8 11.2v1.4" stroke="#000" stroke-width="1.5"/>';
  const image = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16">${shape}</svg>`;
  return vscode.Uri.parse(`data:image/svg+xml;base64,${Buffer.from(image).toString("base64")}`);
}

function decorationType(level: Level): vscode.TextEditorDecorationType {
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

function decoration(
  document: vscode.TextDocument,
  site: TalliedSite,
  session: string,
  skipped: boolean,
): vscode.DecorationOptions {
  const line = document.lineAt(Math.min(site.range.endLine, document.lineCount - 1));
  return {
    range: new vscode.Range(line.range.end, line.range.end),
    hoverMessage: hover(site, session),
    renderOptions: { after: { contentText: inlineText(site, skipped) } },
  };
}

/** The last message of a site, how often it logged, and when it did so last. */
function inlineText(site: TalliedSite, skipped: boolean): string {
  const last = site.last.at(-1);
  const seen = visible(last?.message ?? "");
  const shown = seen.length > messageLimit ? `${seen.slice(0, messageLimit)}…` : seen;
  const count = site.count > 1 || skipped ? ` ×${site.count}${skipped ? "+" : ""}` : "";
  const at = last ? ` · ${clock(last)}` : "";
  return `${site.ambiguous ? "? " : ""}${shown}${count}${at}`;
}

function clock({ loggedAt, receivedAt }: LogRecord): string {
  return new Date(loggedAt ?? receivedAt).toLocaleTimeString("en-GB");
}

/** The last messages of a site, each with a link to it in the panel. */
function hover(site: TalliedSite, session: string): vscode.MarkdownString {
  const text = new vscode.MarkdownString();
  text.isTrusted = { enabledCommands: ["mirageos.showLogs"] };
  if (site.ambiguous) text.appendMarkdown(`${t("Another call site can have logged these too.")}\n\n`);
  for (const record of site.last) {
    const at = new Date(record.loggedAt ?? record.receivedAt).toISOString().slice(11, 23);
    const target = encodeURIComponent(JSON.stringify([{ session, seq: record.seq }]));
    text.appendMarkdown(`[${at}](command:mirageos.showLogs?${target} "${t("Show it in Unikernel Logs")}") `);
    text.appendText(visible(record.message.slice(0, 200)));
    text.appendMarkdown("\n\n");
  }
  return text;
}
