import { readFile } from "node:fs/promises";
import { basename, dirname, join, sep } from "node:path";
import * as vscode from "vscode";
import type { Channel } from "../../protocol/channel.ts";
import {
  isFromGraphPage,
  type ConfigurationView,
  type FromGraphPage,
  type ComparisonTarget,
  type ToGraphPage,
} from "../../protocol/graph.ts";
import { performAction } from "../../platform/vscode/showProblem.ts";
import { fillWebview } from "../../platform/vscode/webview.ts";
import { isTarget, targetIds } from "../../mirage/targets.ts";
import { dotText, graphJson, mermaidText } from "../exportFormats.ts";
import { describeMarkdown } from "../describe/markdown.ts";
import type { BannerAction } from "../banners.ts";
import { GraphSession, type DisplayedGraph } from "../graphSession.ts";
import { mayReadFiles } from "../evaluate/buildInputs.ts";
import type { ConfigEvaluator } from "../evaluate/types.ts";
import { mainsIn } from "../source/sourceMap.ts";
import { describeConfiguration } from "../describe/describeGraph.ts";
import { committedText } from "./committedConfig.ts";
import { NodeSources } from "./openNodeSource.ts";
import { keyAt } from "./cursorSync.ts";
import type { GraphContext } from "./graphContext.ts";
import { graphvizCode } from "./graphvizCode.ts";
import { t } from "../../protocol/l10n.ts";
import { editorRange } from "../../platform/vscode/editorRange.ts";

/** What a panel shows when it opens. */
export interface InitialGraph {
  /** Undefined for the configuration that commands use. */
  readonly configuration: ConfigurationView | undefined;
  readonly other: ComparisonTarget;
}

/** One open panel: connects its page, its session, the editors and the file events until it is closed. */
export class GraphPanel {
  readonly panel: vscode.WebviewPanel;
  /** Path of config.ml. */
  readonly unikernel: string;
  private readonly context: GraphContext;
  private readonly channel: Channel<ToGraphPage>;
  private readonly session: GraphSession;
  private readonly sources: NodeSources;
  /** Resolves after the first graph or failure was posted. */
  private readonly loaded: Promise<void>;

  constructor(
    panel: vscode.WebviewPanel,
    unikernel: string,
    initial: InitialGraph,
    context: GraphContext,
    evaluator: ConfigEvaluator,
  ) {
    this.panel = panel;
    this.unikernel = unikernel;
    this.context = context;
    const { extensionUri } = context;
    this.channel = fillWebview<ToGraphPage, FromGraphPage>(panel.webview, extensionUri, {
      name: "graph",
      title: panel.title,
      wasm: true,
      workers: true,
      images: true,
      incoming: isFromGraphPage,
      handle: (message) => this.handle(message),
    });
    this.session = new GraphSession({
      evaluator,
      project: () => {
        const found = this.project();
        return found && { ...found, configured: found.state.configured };
      },
      targets: targetIds,
      mains: async () => mainsIn(await this.configText()),
      committed: (signal) => committedText(context.run, unikernel, signal),
      post: (message) => {
        if (message.kind === "content" && message.graph) context.onGraphShown();
        this.channel.notify(message);
      },
    });
    this.sources = new NodeSources(context, unikernel, evaluator);
    const icon = (name: string) => vscode.Uri.joinPath(extensionUri, "media", name);
    panel.iconPath = { light: icon("mirageos-light.svg"), dark: icon("mirageos-dark.svg") };
    const listeners = this.listen();
    panel.onDidDispose(() => {
      listeners.dispose();
      this.session.dispose();
      this.channel.dispose();
    });
    this.loaded = this.session.showGraph(initial.configuration, initial.other);
  }

  /** Selects the node at an offset of a source file; false if there is none. */
  async revealAt(document: vscode.TextDocument, offset: number): Promise<boolean> {
    await this.loaded;
    const displayed = this.session.displayed();
    const key = displayed && keyAt(displayed, document, offset, this.unikernel);
    if (key === undefined) return false;
    this.channel.notify({ kind: "reveal", key });
    return true;
  }

  private project() {
    return this.context.projects.get(this.unikernel);
  }

  /** The content of config.ml on disk; empty if it cannot be read. */
  private configText(): Promise<string> {
    return readFile(this.unikernel, "utf8").catch(() => "");
  }

  private async handle(message: FromGraphPage): Promise<unknown> {
    const { session, sources } = this;
    switch (message.kind) {
      case "showGraph":
        return session.showGraph(message.configuration, message.other);
      case "evaluateTargets":
        return session.evaluateTargets();
      case "cancel":
        return session.cancel();
      case "graphviz":
        return graphvizCode(this.context.extensionUri);
      case "details": {
        const displayed = session.displayed();
        if (!displayed) throw new Error("the graph has changed");
        const details = await sources.detailsOf(displayed, message.key);
        return {
          ...details,
          sources: details.sources.map(({ label, location }) => ({ label, location })),
        };
      }
      case "open": {
        const displayed = session.displayed();
        return displayed && sources.open(displayed, message.key, message.index);
      }
      case "configure":
        return this.configure(message.configuration);
      case "bannerAction": {
        const action = session.bannerAction(message.index);
        return action && runBannerAction(action, session);
      }
      case "export":
        return exportGraph(message.format, message.data, session, this.unikernel);
    }
  }

  /** Stores the configuration as that of the project and runs `mirage configure`. */
  private async configure({ target, options }: ConfigurationView): Promise<void> {
    if (!isTarget(target)) return;
    const { projects, runGoal } = this.context;
    await projects.setTarget(this.unikernel, target);
    await projects.setOptions(this.unikernel, options);
    const changed = this.project();
    if (changed) await runGoal(changed, "configure");
  }

  private listen(): vscode.Disposable {
    const { projects, toolchain } = this.context;
    const refresh = () => void this.session.refreshWhenIdle();
    // For changes that no editor of this window made.
    const watcher = vscode.workspace.createFileSystemWatcher(
      new vscode.RelativePattern(vscode.Uri.file(dirname(this.unikernel)), "config.ml"),
    );
    return vscode.Disposable.from(
      watcher,
      watcher.onDidChange(refresh),
      watcher.onDidCreate(refresh),
      watcher.onDidDelete(refresh),
      vscode.workspace.onDidSaveTextDocument(({ uri }) => void this.saved(uri)),
      vscode.workspace.onDidGrantWorkspaceTrust(refresh),
      projects.onDidChange(refresh),
      toolchain.onDidChange(refresh),
      vscode.window.onDidChangeTextEditorSelection(({ textEditor }) => this.highlight(textEditor)),
      vscode.window.onDidChangeActiveTextEditor((editor) => this.highlight(editor)),
    );
  }

  private async saved(file: vscode.Uri): Promise<void> {
    if (!this.isInput(file)) return;
    const isSource = /(?:\.mli?|[\\/]dune|[\\/]dune\.\w+|[\\/]dune-project)$/.test(file.fsPath);
    if (isSource || mayReadFiles(await this.configText())) await this.session.refresh();
  }

  /** Whether evaluating config.ml may depend on a file: those of the project that no build writes. */
  private isInput(file: vscode.Uri): boolean {
    const root = this.project()?.root;
    if (root === undefined || !file.fsPath.startsWith(join(root, sep))) return file.fsPath === this.unikernel;
    const below = file.fsPath.slice(root.length);
    return !/[\\/](?:_build|duniverse|_opam|mirage[\\/](?!config\.ml$)|dist)[\\/]?/.test(below);
  }

  /** Highlights the node of the source at the cursor of an editor. */
  private highlight(editor: vscode.TextEditor | undefined): void {
    const displayed = this.session.displayed();
    if (!editor || !displayed || editor.document.uri.scheme !== "file") return;
    const offset = editor.document.offsetAt(editor.selection.active);
    const key = keyAt(displayed, editor.document, offset, this.unikernel);
    this.channel.notify({ kind: "highlight", key });
  }
}

async function runBannerAction(action: BannerAction, session: GraphSession): Promise<void> {
  switch (action.kind) {
    case "retry":
      return session.refresh();
    case "problemAction":
      return performAction(action.action);
    case "showProblem": {
      await vscode.window.showTextDocument(vscode.Uri.file(action.problem.file), {
        selection: editorRange(action.problem.range),
        viewColumn: vscode.ViewColumn.One,
      });
      return;
    }
    case "showOutput": {
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

type ExportedFormat = keyof typeof extensions;

/** Saves the graph in a file that the user chooses; returns a message that names it, empty if cancelled. */
async function exportGraph(
  format: ExportedFormat,
  data: string,
  session: GraphSession,
  unikernel: string,
): Promise<string> {
  const displayed = session.displayed();
  if (!displayed) throw new Error(t("There is no graph to export yet."));
  const folder = dirname(unikernel);
  const { target } = displayed.evaluated.configuration;
  const file = await vscode.window.showSaveDialog({
    title: t("Export Functor Graph"),
    defaultUri: vscode.Uri.file(join(folder, `${basename(folder)}-${target}.${extensions[format]}`)),
  });
  if (!file) return "";
  const bytes =
    format === "png" ? Buffer.from(data, "base64") : Buffer.from(exportedText(format, data, displayed));
  await vscode.workspace.fs.writeFile(file, bytes);
  return t("Saved as {0}.", file.fsPath);
}

function exportedText(
  format: Exclude<ExportedFormat, "png">,
  svg: string,
  { evaluated, other, viewModel, options }: DisplayedGraph,
): string {
  const { graph } = evaluated;
  const current = describeConfiguration(evaluated.configuration);
  const configuration = other
    ? t("{0} compared with {1}", current, describeConfiguration(other.configuration))
    : current;
  const exported = { name: graph.name, configuration, view: viewModel.view };
  switch (format) {
    case "dot":
      return dotText(exported);
    case "mermaid":
      return mermaidText(exported);
    case "json":
      return graphJson(exported);
    case "markdown":
      return describeMarkdown(graph, evaluated.configuration, options);
    case "svg":
      return svg;
  }
}
