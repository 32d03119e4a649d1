import { sep } from "node:path";
import * as vscode from "vscode";
import { visible } from "../../../webviews/logs/words.ts";
import { levels, type Level, type LogSession } from "../model.ts";
import { createSiteTally, type SiteTally, type TalliedSite } from "../siteTally.ts";
import type { LogStore } from "../store.ts";
import { ocamlSources, sourceRoot } from "./sources.ts";

const messageLimit = 80;
const drawMs = 100;
/** Of a console faster than this, only the newest records of each turn are looked at. */
const recordsATurn = 500;

/** A run, and what the call sites of its sources have logged. */
interface Followed {
  readonly id: string;
  readonly root: string;
  readonly tally: SiteTally;
  next: number;
  /** The sources have been read. */
  ready: boolean;
  /** Some records were passed over, so counts are least counts. */
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

  const enabled = () => vscode.workspace.getConfiguration("mirageos").get("inlineLogs") !== false;

  const follow = async (session: LogSession): Promise<void> => {
    const root = sourceRoot(session.unikernel);
    const tally = createSiteTally();
    const run: Followed = { id: session.id, root, tally, next: 0, ready: false, skipped: false };
    runs.set(root, run);
    for (const { file, text } of await ocamlSources(root)) tally.setFile(file, text);
    run.ready = true;
    soon();
  };

  const read = (run: Followed): void => {
    const { first, end } = store.span(run.id);
    const from = Math.max(first, run.next, end - recordsATurn);
    run.skipped ||= from > run.next;
    for (const record of store.records(run.id, from, end - from)) run.tally.add(record);
    run.next = end;
  };

  const changed = (): void => {
    const seen = new Set<string>();
    for (const session of store.sessions()) {
      const root = sourceRoot(session.unikernel);
      if (seen.has(root)) continue;
      seen.add(root);
      if (session.startedAt >= since && runs.get(root)?.id !== session.id) void follow(session);
    }
    soon();
  };

  const draw = (): void => {
    timer = undefined;
    for (const run of runs.values()) if (run.ready) read(run);
    for (const editor of vscode.window.visibleTextEditors) drawEditor(editor);
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
    const sites = run && enabled() ? run.tally.logged(editor.document.fileName) : [];
    for (const [level, type] of types) {
      const ours = sites.filter((site) => (site.last.at(-1)?.level ?? "info") === level);
      editor.setDecorations(
        type,
        ours.map((site) => decoration(editor.document, site, run?.skipped === true)),
      );
    }
  };

  const changing = vscode.Disposable.from(
    { dispose: store.onChange(changed) },
    vscode.window.onDidChangeVisibleTextEditors(soon),
    vscode.workspace.onDidChangeTextDocument(({ document }) => {
      const run = document.languageId === "ocaml" ? runOf(document) : undefined;
      if (!run) return;
      run.tally.setFile(document.fileName, document.getText());
      soon();
    }),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration("mirageos.inlineLogs")) soon();
    }),
  );
  changed();
  return {
    dispose: () => {
      clearTimeout(timer);
      changing.dispose();
      for (const type of types.values()) type.dispose();
    },
  };
}

function decorationType(level: Level): vscode.TextEditorDecorationType {
  const colour = new vscode.ThemeColor(colours[level]);
  const marked = level === "error" || level === "warning";
  return vscode.window.createTextEditorDecorationType({
    after: { color: colour, fontStyle: "italic", margin: "0 0 0 3ch" },
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
    ...(marked && { overviewRulerColor: colour, overviewRulerLane: vscode.OverviewRulerLane.Right }),
  });
}

function decoration(
  document: vscode.TextDocument,
  site: TalliedSite,
  skipped: boolean,
): vscode.DecorationOptions {
  const { message = "" } = site.last.at(-1) ?? {};
  const seen = visible(message);
  const shown = seen.length > messageLimit ? `${seen.slice(0, messageLimit)}…` : seen;
  const count = site.count > 1 || skipped ? ` ×${site.count}${skipped ? "+" : ""}` : "";
  const line = document.lineAt(Math.min(site.range.endLine, document.lineCount - 1));
  return {
    range: new vscode.Range(line.range.end, line.range.end),
    hoverMessage: hover(site),
    renderOptions: { after: { contentText: `${site.ambiguous ? "? " : ""}${shown}${count}` } },
  };
}

function hover(site: TalliedSite): vscode.MarkdownString {
  const text = new vscode.MarkdownString();
  text.isTrusted = { enabledCommands: ["mirageos.showLogs"] };
  if (site.ambiguous) text.appendMarkdown("Another call site can have logged these too.\n\n");
  const lines = site.last.map(({ loggedAt, receivedAt, message }) => {
    const at = new Date(loggedAt ?? receivedAt).toISOString().slice(11, 23);
    return `${at} ${visible(message.slice(0, 200))}`;
  });
  text.appendCodeblock(lines.join("\n"), "text");
  text.appendMarkdown("\n[Show Unikernel Logs](command:mirageos.showLogs)");
  return text;
}
