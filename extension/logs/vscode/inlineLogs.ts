import { affectsSettings, getSetting, updateSetting } from "../../platform/vscode/settings.ts";
import { sep } from "node:path";
import * as vscode from "vscode";
import type { LogChange } from "../store/changeNotifier.ts";
import { levels } from "../../ocaml/logs/levels.ts";
import type { LogSession } from "../model.ts";
import { CallSiteCounter, type CallSiteStats } from "../source/callSiteStats.ts";
import type { LogStore } from "../store/logStore.ts";
import { lineEndDecoration, decorationType, hoverText, inlineText } from "./inlineDecorations.ts";
import { ocamlSources } from "./ocamlSources.ts";
import { findUnikernelFolders } from "./unikernelFolders.ts";

const drawDelayMs = 100;
/** Sources are not parsed while the user types: decorations move with the text by themselves. */
const typingPauseMs = 200;
/** How long records are counted in one turn, and the pause after it, so that pipes are read in between. */
const turnMs = 4;
const betweenTurnsMs = 12;
const portionSize = 250;
/** How long the last record must not have grown before it is counted. */
const settleMs = 60;

/** A run and what the call sites of its sources have logged. */
interface InlineRun {
  readonly session: LogSession;
  readonly root: string;
  readonly counter: CallSiteCounter;
  /** The next record to count. */
  next: number;
  /** When a record was last added or grew, in the time of `performance.now()`. */
  grewAt: number;
  /** The sources have been read. */
  isReady: boolean;
  /** Records were dropped before they were counted, so counts are lower bounds. */
  hasSkipped: boolean;
  /** For each document, the version for which call sites were located. */
  readonly locatedVersions: WeakMap<vscode.TextDocument, number>;
}

type InlineStyle = "decorations" | "inlayHints" | "hidden";

/** Shows after each call site what it logged last, for the newest run of each unikernel. */
export function showInlineLogs(store: LogStore): vscode.Disposable {
  return new InlineLogs(store);
}

class InlineLogs implements vscode.Disposable {
  readonly #store: LogStore;
  readonly #types = new Map(levels.map((level) => [level, decorationType(level)]));
  /** Keyed by root; the newest run of a unikernel replaces the one before. */
  readonly #runs = new Map<string, InlineRun>();
  /** The ids of sessions that were followed, or are about to be. */
  readonly #followed = new Set<string>();
  /** Runs of earlier windows are not shown inline, because the sources may have changed since. */
  readonly #startedAt = Date.now();
  #drawTimer: NodeJS.Timeout | undefined;
  #countTimer: NodeJS.Timeout | undefined;
  /** When a document was last edited, in the time of `performance.now()`. */
  readonly #editedAt = new WeakMap<vscode.TextDocument, number>();
  /** What each editor shows by level, so that only changes are sent to the window. */
  readonly #drawn = new WeakMap<vscode.TextEditor, Map<string, string>>();
  readonly #hintsChanged = new vscode.EventEmitter<void>();
  readonly #subscriptions: vscode.Disposable;

  constructor(store: LogStore) {
    this.#store = store;
    this.#subscriptions = this.#subscribe();
    this.#onChange([]);
  }

  dispose(): void {
    clearTimeout(this.#drawTimer);
    clearTimeout(this.#countTimer);
    this.#subscriptions.dispose();
    for (const type of this.#types.values()) type.dispose();
  }

  #subscribe(): vscode.Disposable {
    const selector = { language: "ocaml", scheme: "file" };
    return vscode.Disposable.from(
      this.#hintsChanged,
      vscode.languages.registerInlayHintsProvider(selector, {
        onDidChangeInlayHints: this.#hintsChanged.event,
        provideInlayHints: (document, range) => this.#provideInlayHints(document, range),
      }),
      vscode.languages.registerHoverProvider(selector, {
        provideHover: (document, position) => this.#provideHover(document, position),
      }),
      { dispose: this.#store.onChange((changes) => this.#onChange(changes)) },
      vscode.window.onDidChangeVisibleTextEditors(() => this.#drawSoon()),
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (contentChanges.length === 0 || !this.#runOf(document)) return;
        this.#editedAt.set(document, performance.now());
        this.#drawSoon();
      }),
      vscode.workspace.onDidRenameFiles(({ files }) => {
        for (const { oldUri, newUri } of files)
          for (const { counter } of this.#runs.values()) counter.rename(oldUri.fsPath, newUri.fsPath);
        this.#drawSoon();
      }),
      vscode.workspace.onDidChangeConfiguration((event) => {
        const isOurs = affectsSettings(event, "inlineLogs", "inlineLogsAs");
        if (!isOurs) return;
        this.#hintsChanged.fire();
        this.#drawSoon();
      }),
    );
  }

  #onChange(changes: readonly LogChange[]): void {
    for (const { sessionId, records } of changes) {
      const run = [...this.#runs.values()].find(({ session }) => session.id === sessionId);
      if (run && records) run.grewAt = performance.now();
    }
    for (const session of this.#store.sessions()) {
      if (session.startedAt < this.#startedAt || this.#followed.has(session.id)) continue;
      this.#followed.add(session.id);
      // A boot that was refused has logged nothing: the run before it is still the last one.
      if (session.outcome?.cause === "refused") continue;
      void this.#follow(session);
    }
    this.#drawSoon();
  }

  /** Makes a session the run that is shown for its unikernel, unless a newer one is. */
  async #follow(session: LogSession): Promise<void> {
    const folders = await findUnikernelFolders(session.unikernel);
    const { root } = folders;
    const other = this.#runs.get(root);
    if (other && other.session.startedAt > session.startedAt) return;
    const run: InlineRun = {
      session,
      root,
      counter: new CallSiteCounter(),
      next: 0,
      grewAt: performance.now(),
      isReady: false,
      hasSkipped: false,
      locatedVersions: new WeakMap(),
    };
    this.#runs.set(root, run);
    let until = performance.now() + turnMs;
    for (const { file, text } of await ocamlSources(folders)) {
      run.counter.addFile(file, text);
      if (performance.now() < until) continue;
      await new Promise((resolve) => setImmediate(resolve));
      until = performance.now() + turnMs;
    }
    run.isReady = true;
    this.#drawSoon();
  }

  #drawSoon(): void {
    this.#drawTimer ??= setTimeout(() => this.#draw(), drawDelayMs);
  }

  #draw(): void {
    this.#drawTimer = undefined;
    if (this.#countTimer === undefined) this.#count();
    const editors = vscode.window.visibleTextEditors;
    for (const editor of editors) this.#drawEditor(editor);
    if (editors.some(({ document }) => inlineStyle(document) === "inlayHints")) this.#hintsChanged.fire();
  }

  /** Counts new records in turns; a fast run logs many of them between two redraws. */
  #count(): void {
    this.#countTimer = undefined;
    let isDone = true;
    for (const run of this.#runs.values()) if (run.isReady) isDone = this.#countRecords(run) && isDone;
    if (isDone) return;
    this.#countTimer = setTimeout(() => this.#count(), betweenTurnsMs);
    this.#drawSoon();
  }

  /** Counts records of a run for one turn. Returns whether all have been counted. */
  #countRecords(run: InlineRun): boolean {
    const { id } = run.session;
    const until = performance.now() + turnMs;
    for (;;) {
      const { first, end } = this.#store.span(id);
      run.hasSkipped ||= first > run.next;
      run.next = Math.max(first, run.next);
      // The last record may still get lines, which may be part of its call's format.
      const isRunning = this.#store
        .sessions()
        .some((session) => session.id === id && session.endedAt === undefined);
      const stop = isRunning && performance.now() - run.grewAt < settleMs ? end - 1 : end;
      const count = Math.min(portionSize, stop - run.next);
      if (count <= 0) return run.next >= end;
      for (const record of this.#store.records(id, run.next, count)) run.counter.add(record);
      run.next += count;
      if (performance.now() > until) return false;
    }
  }

  /** The run whose unikernel a document belongs to. */
  #runOf({ uri, languageId }: vscode.TextDocument): InlineRun | undefined {
    // The original in a diff editor has the same path but another scheme.
    if (uri.scheme !== "file" || languageId !== "ocaml") return undefined;
    return [...this.#runs.values()]
      .filter(({ root }) => uri.fsPath.startsWith(`${root}${sep}`))
      .toSorted((a, b) => b.root.length - a.root.length)[0];
  }

  /** The call sites in a document that have logged, located in its current text. */
  #sitesOf(document: vscode.TextDocument, run: InlineRun): readonly CallSiteStats[] {
    const { fsPath } = document.uri;
    if (run.isReady && run.locatedVersions.get(document) !== document.version) {
      run.counter.setText(fsPath, document.getText());
      run.locatedVersions.set(document, document.version);
    }
    return run.counter.logged(fsPath);
  }

  #drawEditor(editor: vscode.TextEditor): void {
    const { document } = editor;
    const run = this.#runOf(document);
    if (!run && !this.#drawn.has(editor)) return;
    if (performance.now() - (this.#editedAt.get(document) ?? -typingPauseMs) < typingPauseMs)
      return this.#drawSoon();
    const style = inlineStyle(document);
    const sites = run && style !== "hidden" ? this.#sitesOf(document, run) : [];
    const drawn = this.#drawn.get(editor) ?? new Map<string, string>();
    this.#drawn.set(editor, drawn);
    for (const [level, type] of this.#types) {
      const decorations = sites
        .filter((site) => (site.lastRecords.at(-1)?.level ?? site.level ?? "info") === level)
        .map((site) =>
          lineEndDecoration(
            document,
            site,
            style === "decorations" && inlineText(site, run?.hasSkipped === true),
          ),
        );
      // An edit moves decorations, so they are drawn again for each version of the document.
      const key =
        decorations.length === 0 ? "" : JSON.stringify([run?.session.id, document.version, decorations]);
      if (drawn.get(level) === key) continue;
      drawn.set(level, key);
      editor.setDecorations(type, decorations);
    }
  }

  #provideInlayHints(document: vscode.TextDocument, range: vscode.Range): vscode.InlayHint[] {
    const run = this.#runOf(document);
    if (!run || inlineStyle(document) !== "inlayHints") return [];
    return this.#sitesOf(document, run).flatMap((site) => {
      const line = document.lineAt(Math.min(site.range.endLine, document.lineCount - 1));
      if (!range.contains(line.range.end)) return [];
      const hint = new vscode.InlayHint(line.range.end, inlineText(site, run.hasSkipped));
      hint.paddingLeft = true;
      hint.tooltip = hoverText(site, run.session.id);
      return [hint];
    });
  }

  /** The hover at the end of a line, where the text of its decoration is. */
  #provideHover(document: vscode.TextDocument, position: vscode.Position): vscode.Hover | undefined {
    const run = this.#runOf(document);
    const { end } = document.lineAt(position).range;
    if (!run || inlineStyle(document) !== "decorations" || position.isBefore(end)) return undefined;
    const sites = this.#sitesOf(document, run).filter(({ range }) => range.endLine === position.line);
    if (sites.length === 0) return undefined;
    const texts = sites.map((site) => hoverText(site, run.session.id));
    return new vscode.Hover(texts, new vscode.Range(end, end));
  }
}

function inlineStyle({ uri }: vscode.TextDocument): InlineStyle {
  return getSetting("inlineLogs", uri) ? getSetting("inlineLogsAs", uri) : "hidden";
}

/** Toggles inline logs in the innermost scope that sets it, because a user setting does not override a workspace's. */
export async function toggleInlineLogs(): Promise<void> {
  const resource = vscode.window.activeTextEditor?.document.uri;
  await updateSetting("inlineLogs", !getSetting("inlineLogs", resource), resource);
}
