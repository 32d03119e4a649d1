import { readFile } from "node:fs/promises";
import { basename, dirname, join, sep } from "node:path";
import * as vscode from "vscode";
import {
  isFromGraph,
  type ConfigurationView,
  type FromGraph,
  type OtherView,
  type ToGraph,
} from "../../../webviews/graph/messages.ts";
import { perform } from "../../platform/vscode/tell.ts";
import { fillWebview } from "../../platform/vscode/webview.ts";
import { isTarget, targetIds } from "../../toolchain/targets.ts";
import { dotText, jsonText, mermaidText } from "../exportText.ts";
import { describeMarkdown } from "../markdown.ts";
import type { BannerAction } from "../banners.ts";
import { createGraphSession, type GraphSession, type Shown } from "../session.ts";
import { looksAtFiles } from "../shadowInputs.ts";
import type { Shadows } from "../shadowModel.ts";
import { mainsIn } from "../places.ts";
import { configurationWords } from "../words.ts";
import { committedText } from "./committed.ts";
import { createDoors } from "./doors.ts";
import { keyAt } from "./cursor.ts";
import type { GraphParts } from "./register.ts";
import { t } from "../../platform/l10n.ts";

/** Saves come in bursts, as with Save All. */
const settleMs = 40;

/** One open panel. */
export interface GraphPanel {
  readonly panel: vscode.WebviewPanel;
  /** Path of config.ml. */
  readonly unikernel: string;
  /** Shows the node that an offset of a source file is about; false when there is none. */
  readonly revealAt: (document: vscode.TextDocument, offset: number) => Promise<boolean>;
}

/** Fills a panel and keeps it true until it is closed. */
export function openPanel(
  panel: vscode.WebviewPanel,
  unikernel: string,
  wish: { readonly configuration: ConfigurationView | undefined; readonly other: OtherView },
  parts: GraphParts,
  shadows: Shadows,
): GraphPanel {
  const { projects, extensionUri } = parts;
  const project = () => projects.get(unikernel);
  const configText = () => readFile(unikernel, "utf8");

  const channel = fillWebview<ToGraph, FromGraph>(panel.webview, extensionUri, {
    name: "graph",
    title: panel.title,
    wasm: true,
    workers: true,
    images: true,
    incoming: isFromGraph,
    handle: act,
  });
  const session = createGraphSession({
    shadows,
    project: () => {
      const found = project();
      return found && { ...found, configured: found.state.configured };
    },
    targets: targetIds,
    mains: async () => mainsIn(await configText().catch(() => "")),
    committed: (signal) => committedText(parts.run, unikernel, signal),
    post: (message) => {
      if (message.kind === "picture" && message.graph) parts.drawn();
      channel.tell(message);
    },
  });
  const doors = createDoors(parts, unikernel, shadows);

  async function act(message: FromGraph): Promise<unknown> {
    switch (message.kind) {
      case "look":
        return session.look(message.configuration, message.other);
      case "cancel":
        return session.cancel();
      case "details": {
        const shown = session.shown();
        if (!shown) throw new Error("the graph has changed");
        const { packages, connect, places } = await doors.of(shown, message.key);
        return { packages, connect, places: places.map(({ label, place }) => ({ label, place })) };
      }
      case "open": {
        const shown = session.shown();
        return shown ? doors.open(shown, message.key, message.index) : undefined;
      }
      case "configure":
        return configureWith(message.configuration);
      case "banner": {
        const action = session.act(message.index);
        return action && press(action, session);
      }
      case "export":
        return exportGraph(message.format, message.data, session, basename(dirname(unikernel)), unikernel);
    }
  }

  const configureWith = async ({ target, options }: ConfigurationView): Promise<void> => {
    if (!isTarget(target)) return;
    await projects.setTarget(unikernel, target);
    await projects.setOptions(unikernel, options);
    const changed = project();
    if (changed) await parts.runGoal(changed, "configure");
  };

  let timer: NodeJS.Timeout | undefined;
  const refreshSoon = () => {
    clearTimeout(timer);
    timer = setTimeout(() => void session.refresh(), settleMs);
  };
  /** What config.ml is evaluated from: itself and what lies beside it, not what a build writes. */
  const concerns = (file: vscode.Uri): boolean => {
    const root = project()?.root;
    if (root === undefined || !file.fsPath.startsWith(join(root, sep))) return file.fsPath === unikernel;
    const below = file.fsPath.slice(root.length);
    return !/[\\/](?:_build|duniverse|_opam|mirage[\\/](?!config\.ml$)|dist)[\\/]?/.test(below);
  };
  const saved = async (file: vscode.Uri): Promise<void> => {
    if (!concerns(file)) return;
    const source = /(?:\.mli?|[\\/]dune|[\\/]dune\.\w+|[\\/]dune-project)$/.test(file.fsPath);
    if (source || looksAtFiles(await configText().catch(() => ""))) refreshSoon();
  };
  const mark = async (editor: vscode.TextEditor | undefined) => {
    const shown = session.shown();
    if (!editor || !shown || editor.document.uri.scheme !== "file") return;
    const offset = editor.document.offsetAt(editor.selection.active);
    channel.tell({ kind: "mark", key: keyAt(shown, editor.document, offset, unikernel) });
  };

  const watcher = vscode.workspace.createFileSystemWatcher(
    new vscode.RelativePattern(vscode.Uri.file(dirname(unikernel)), "config.ml"),
  );
  const listeners = vscode.Disposable.from(
    watcher,
    watcher.onDidChange(refreshSoon),
    watcher.onDidCreate(refreshSoon),
    watcher.onDidDelete(refreshSoon),
    vscode.workspace.onDidSaveTextDocument(({ uri }) => void saved(uri)),
    vscode.workspace.onDidGrantWorkspaceTrust(refreshSoon),
    projects.onDidChange(refreshSoon),
    parts.toolchain.onDidChange(refreshSoon),
    vscode.window.onDidChangeTextEditorSelection(({ textEditor }) => void mark(textEditor)),
    vscode.window.onDidChangeActiveTextEditor((editor) => void mark(editor)),
  );
  const icon = (name: string) => vscode.Uri.joinPath(extensionUri, "media", name);
  panel.iconPath = { light: icon("mirageos-light.svg"), dark: icon("mirageos-dark.svg") };
  panel.onDidDispose(() => {
    clearTimeout(timer);
    listeners.dispose();
    session.dispose();
    channel.dispose();
  });
  const first = session.look(wish.configuration, wish.other);
  return {
    panel,
    unikernel,
    revealAt: async (document, offset) => {
      await first;
      const shown = session.shown();
      const key = shown && keyAt(shown, document, offset, unikernel);
      if (key === undefined) return false;
      channel.tell({ kind: "reveal", key });
      return true;
    },
  };
}

async function press(action: BannerAction, session: GraphSession): Promise<void> {
  switch (action.kind) {
    case "again":
      return session.refresh();
    case "action":
      return perform(action.action);
    case "show": {
      const { startLine, startColumn, endLine, endColumn } = action.problem.range;
      await vscode.window.showTextDocument(vscode.Uri.file(action.problem.file), {
        selection: new vscode.Range(startLine, startColumn, endLine, endColumn),
        viewColumn: vscode.ViewColumn.One,
      });
      return;
    }
    case "output": {
      const document = await vscode.workspace.openTextDocument({ content: action.text });
      await vscode.window.showTextDocument(document, { preview: true });
    }
  }
}

const extensions = {
  svg: "svg",
  png: "png",
  dot: "dot",
  mermaid: "mmd",
  json: "json",
  markdown: "md",
} as const;

/** Saves the picture where the user says; the words tell where. */
async function exportGraph(
  format: keyof typeof extensions,
  data: string,
  session: GraphSession,
  name: string,
  unikernel: string,
): Promise<string> {
  const shown = session.shown();
  if (!shown) throw new Error(t("There is no graph yet."));
  const file = await vscode.window.showSaveDialog({
    title: t("Export the functor graph"),
    defaultUri: vscode.Uri.file(
      join(dirname(unikernel), `${name}-${shown.answer.configuration.target}.${extensions[format]}`),
    ),
  });
  if (!file) return "";
  const bytes = format === "png" ? Buffer.from(data, "base64") : Buffer.from(exported(format, data, shown));
  await vscode.workspace.fs.writeFile(file, bytes);
  return t("Saved as {0}.", file.fsPath);
}

function exported(format: keyof typeof extensions, drawing: string, shown: Shown): string {
  const { graph, configuration } = shown.answer;
  const against = shown.other ? t(" compared with {0}", configurationWords(shown.other.configuration)) : "";
  const words = `${configurationWords(configuration)}${against}`;
  const whole = { name: graph.name, configuration: words, view: shown.drawn.view };
  switch (format) {
    case "dot":
      return dotText(whole);
    case "mermaid":
      return mermaidText(whole);
    case "json":
      return jsonText(whole);
    case "markdown":
      return describeMarkdown(graph, configuration, shown.options);
    case "svg":
    case "png":
      return drawing;
  }
}
