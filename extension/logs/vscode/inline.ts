import { sep } from "node:path";
import * as vscode from "vscode";
import type { LogChange } from "../changes.ts";
import { levels, type LogSession } from "../model.ts";
import { createSiteTally, type SiteTally, type TalliedSite } from "../siteTally.ts";
import type { LogStore } from "../store.ts";
import { decoration, decorationType, hoverText, inlineText } from "./inlineLook.ts";
import { sourceRoot } from "../ownSources.ts";
import { ocamlSources } from "./sources.ts";

const drawMs = 100;
/** Sources are not read while somebody types: decorations move with the text by themselves. */
const typingMs = 200;
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
  /** The version of each document in which its sites were looked for. */
  readonly placed: WeakMap<vscode.TextDocument, number>;
}

/** Shows after each call site what it has logged last, in the newest run of each unikernel. */
export function showInline(store: LogStore): vscode.Disposable {
  const types = new Map(levels.map((level) => [level, decorationType(level)]));
  /** By root: the next run of a unikernel takes the place of the last. */
  const runs = new Map<string, Followed>();
  // Runs of earlier windows are for the panel alone: the sources may have changed since.
  const since = Date.now();
  let timer: NodeJS.Timeout | undefined;
  let counting: NodeJS.Timeout | undefined;
  /** When a document was last edited, of `performance.now()`. */
  const editedAt = new WeakMap<vscode.TextDocument, number>();
  /** What each editor shows, so that only what changes is sent to the window. */
  const drawn = new WeakMap<vscode.TextEditor, Map<string, string>>();

  const shownAs = ({ uri }: vscode.TextDocument): "decorations" | "inlayHints" | "nothing" => {
    const settings = vscode.workspace.getConfiguration("mirageos", uri);
    if (settings.get("inlineLogs") === false) return "nothing";
    return settings.get("inlineLogsAs") === "inlayHints" ? "inlayHints" : "decorations";
  };
  const hintsChanged = new vscode.EventEmitter<void>();

  const follow = async (session: LogSession): Promise<void> => {
    const root = sourceRoot(session.unikernel);
    const tally = createSiteTally();
    const placed = new WeakMap<vscode.TextDocument, number>();
    const state = { next: 0, ready: false, skipped: false, grewAt: 0 };
    const run: Followed = { id: session.id, root, tally, placed, ...state };
    runs.set(root, run);
    let until = performance.now() + turnMs;
    for (const { file, text } of await ocamlSources(root)) {
      tally.addFile(file, text);
      if (performance.now() < until) continue;
      await new Promise((resolve) => setImmediate(resolve));
      until = performance.now() + turnMs;
    }
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
    if (vscode.window.visibleTextEditors.some(({ document }) => shownAs(document) === "inlayHints"))
      hintsChanged.fire();
  };
  const soon = (): void => {
    timer ??= setTimeout(draw, drawMs);
  };

  const runOf = ({ uri, languageId }: vscode.TextDocument): Followed | undefined => {
    // The other side of a comparison has the same path.
    if (uri.scheme !== "file" || languageId !== "ocaml") return undefined;
    return [...runs.values()]
      .filter(({ root }) => uri.fsPath.startsWith(`${root}${sep}`))
      .toSorted((a, b) => b.root.length - a.root.length)[0];
  };

  /** The sites of a document that have logged, where they are in it now. */
  const sitesOf = (document: vscode.TextDocument, run: Followed): readonly TalliedSite[] => {
    const { fsPath } = document.uri;
    if (run.ready && run.placed.get(document) !== document.version) {
      run.tally.setText(fsPath, document.getText());
      run.placed.set(document, document.version);
    }
    return run.tally.logged(fsPath);
  };

  const drawEditor = (editor: vscode.TextEditor): void => {
    const { document } = editor;
    const run = runOf(document);
    if (!run && !drawn.has(editor)) return;
    if (performance.now() - (editedAt.get(document) ?? -typingMs) < typingMs) return soon();
    const as = shownAs(document);
    const sites = run && as !== "nothing" ? sitesOf(document, run) : [];
    const before = drawn.get(editor) ?? new Map<string, string>();
    drawn.set(editor, before);
    for (const [level, type] of types) {
      const ours = sites
        .filter((site) => (site.last.at(-1)?.level ?? site.level ?? "info") === level)
        .map((site) =>
          decoration(document, site, as === "decorations" && inlineText(site, run?.skipped === true)),
        );
      // An edit moves decorations, so that those of another version are drawn in any case.
      const now = ours.length === 0 ? "" : JSON.stringify([run?.id, document.version, ours]);
      if (before.get(level) === now) continue;
      before.set(level, now);
      editor.setDecorations(type, ours);
    }
  };

  const provideInlayHints = (document: vscode.TextDocument, range: vscode.Range): vscode.InlayHint[] => {
    const run = runOf(document);
    if (!run || shownAs(document) !== "inlayHints") return [];
    return sitesOf(document, run).flatMap((site) => {
      const line = document.lineAt(Math.min(site.range.endLine, document.lineCount - 1));
      if (!range.contains(line.range.end)) return [];
      const hint = new vscode.InlayHint(line.range.end, inlineText(site, run.skipped));
      hint.paddingLeft = true;
      hint.tooltip = hoverText(site, run.id);
      return [hint];
    });
  };

  /** At the end of the line, where the text of the decoration is; made when it is asked for. */
  const provideHover = (
    document: vscode.TextDocument,
    position: vscode.Position,
  ): vscode.Hover | undefined => {
    const run = runOf(document);
    const { end } = document.lineAt(position).range;
    if (!run || shownAs(document) !== "decorations" || position.isBefore(end)) return undefined;
    const sites = sitesOf(document, run).filter(({ range }) => range.endLine === position.line);
    if (sites.length === 0) return undefined;
    const texts = sites.map((site) => hoverText(site, run.id));
    return new vscode.Hover(texts, new vscode.Range(end, end));
  };

  const selector = { language: "ocaml", scheme: "file" };
  const changing = vscode.Disposable.from(
    hintsChanged,
    vscode.languages.registerInlayHintsProvider(selector, {
      onDidChangeInlayHints: hintsChanged.event,
      provideInlayHints,
    }),
    vscode.languages.registerHoverProvider(selector, { provideHover }),
    { dispose: store.onChange(changed) },
    vscode.window.onDidChangeVisibleTextEditors(soon),
    vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
      if (contentChanges.length === 0 || !runOf(document)) return;
      editedAt.set(document, performance.now());
      soon();
    }),
    vscode.workspace.onDidRenameFiles(({ files }) => {
      for (const { oldUri, newUri } of files)
        for (const { tally } of runs.values()) tally.rename(oldUri.fsPath, newUri.fsPath);
      soon();
    }),
    vscode.workspace.onDidChangeConfiguration((event) => {
      const isOurs = ["mirageos.inlineLogs", "mirageos.inlineLogsAs"].some((name) =>
        event.affectsConfiguration(name),
      );
      if (!isOurs) return;
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

/** Shows or hides inline logs, by the setting where it is made: a user's does nothing below a workspace's. */
export async function toggleInline(): Promise<void> {
  const resource = vscode.window.activeTextEditor?.document.uri;
  const settings = vscode.workspace.getConfiguration("mirageos", resource);
  const made = settings.inspect("inlineLogs");
  const { Global, Workspace, WorkspaceFolder } = vscode.ConfigurationTarget;
  const inWorkspace = made?.workspaceValue === undefined ? Global : Workspace;
  const target = made?.workspaceFolderValue === undefined ? inWorkspace : WorkspaceFolder;
  await settings.update("inlineLogs", settings.get("inlineLogs") === false, target);
}
