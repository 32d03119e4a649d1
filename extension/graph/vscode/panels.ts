import * as vscode from "vscode";
import { showInformationMessage } from "../../platform/vscode/messages.ts";
import { isGraphPageState } from "../../protocol/graph.ts";
import { ownerOf, projectFor } from "../../project/vscode/pickProject.ts";
import type { Project } from "../../project/vscode/projects.ts";
import type { ConfigEvaluator } from "../evaluate/types.ts";
import { describeUnikernel } from "./unikernelDescription.ts";
import { GraphPanel, type InitialGraph } from "./panel.ts";
import { graphViewType, type GraphContext } from "./graphContext.ts";
import { t } from "../../protocol/l10n.ts";

const defaultGraph: InitialGraph = { configuration: undefined, other: { kind: "nothing" } };

/** The graph panels of this window. A unikernel can have several; commands show the one used last. */
export class GraphPanels implements vscode.Disposable {
  private readonly context: GraphContext;
  private readonly evaluator: ConfigEvaluator;
  /** The most recently used panel is last. */
  private readonly panels: GraphPanel[] = [];
  private readonly attached = new vscode.EventEmitter<void>();

  constructor(context: GraphContext, evaluator: ConfigEvaluator) {
    this.context = context;
    this.evaluator = evaluator;
  }

  /** Shows the panel of a unikernel, or opens one. */
  async show(on: unknown): Promise<void> {
    const project = await projectFor(this.context.projects, on);
    if (!project) return;
    const existing = await this.find(project);
    if (existing) existing.panel.reveal();
    else this.create(project);
  }

  /** Opens a further panel of a unikernel. */
  async showAnother(on: unknown): Promise<void> {
    const project = await projectFor(this.context.projects, on);
    if (project) this.create(project);
  }

  /** Fills a panel that VS Code restored after a reload. `state` is what its page stored. */
  async restore(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const { projects } = this.context;
    await projects.ready;
    const stored = isGraphPageState(state) ? state : undefined;
    const unikernel = stored?.unikernel ?? "";
    const project = projects.get(unikernel) ?? projects.selected();
    if (!project && unikernel === "") panel.dispose();
    else {
      const id = projects.get(unikernel) ? unikernel : (project?.id ?? unikernel);
      this.attach(panel, id, stored ?? defaultGraph);
    }
  }

  /** Selects the node of the expression at the cursor of the active editor. */
  async revealFromEditor(): Promise<void> {
    const { projects } = this.context;
    await projects.ready;
    const editor = vscode.window.activeTextEditor;
    const project = editor && ownerOf(editor.document.uri, projects.all());
    if (!editor || !project) {
      void showInformationMessage(
        t("To find its node in the graph, put the cursor in a unikernel's config.ml or unikernel.ml."),
      );
      return;
    }
    const panel = (await this.find(project)) ?? this.create(project);
    const { document, selection } = editor;
    if (await panel.revealAt(document, document.offsetAt(selection.active))) {
      panel.panel.reveal(undefined, true);
      return;
    }
    void showInformationMessage(
      t(
        "No node of the graph comes from here. Put the cursor on a device, a combinator or a functor parameter.",
      ),
    );
  }

  /** Opens a description of a unikernel as a document. */
  async describe(on: unknown): Promise<void> {
    const project = await projectFor(this.context.projects, on);
    if (project) await describeUnikernel(project, this.evaluator);
  }

  dispose(): void {
    for (const { panel } of this.panels.slice()) panel.dispose();
    this.attached.dispose();
  }

  private create(project: Project): GraphPanel {
    const panel = vscode.window.createWebviewPanel(graphViewType, titleOf(project), {
      viewColumn: vscode.window.activeTextEditor ? vscode.ViewColumn.Beside : vscode.ViewColumn.Active,
    });
    return this.attach(panel, project.id, defaultGraph);
  }

  private attach(panel: vscode.WebviewPanel, unikernel: string, initial: InitialGraph): GraphPanel {
    const { panels } = this;
    const opened = new GraphPanel(panel, unikernel, initial, this.context, this.evaluator);
    panels.push(opened);
    this.attached.fire();
    panel.onDidDispose(() => void panels.splice(panels.indexOf(opened), 1));
    panel.onDidChangeViewState(() => {
      if (panel.active) panels.push(...panels.splice(panels.indexOf(opened), 1));
    });
    return opened;
  }

  private lastUsed(project: Project): GraphPanel | undefined {
    return this.panels.findLast(({ unikernel }) => unikernel === project.id);
  }

  /**
   * The panel of a unikernel that was used last. After a reload VS Code restores a panel only when its
   * tab is shown, so tabs with the panel's title are shown first.
   */
  private async find(project: Project): Promise<GraphPanel | undefined> {
    for (const tab of this.lastUsed(project) ? [] : tabsTitled(titleOf(project))) {
      const restored = this.nextAttached();
      await showTab(tab);
      await restored;
      if (this.lastUsed(project)) break;
    }
    return this.lastUsed(project);
  }

  /** Resolves when a panel was attached, or after {@link restoreTimeoutMs}. */
  private nextAttached(): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        listener.dispose();
        resolve();
      };
      const listener = this.attached.event(done);
      const timer = setTimeout(done, restoreTimeoutMs);
    });
  }
}

const titleOf = (project: Project) => t("Functor Graph: {0}", project.name);

/** A tab whose panel VS Code does not restore within this time is ignored. */
const restoreTimeoutMs = 5000;

/** Tabs of graph panels with a title. */
function tabsTitled(title: string): readonly vscode.Tab[] {
  const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
  return tabs.filter(
    ({ label, input }) =>
      // VS Code adds a prefix of its own to the view type.
      label === title && input instanceof vscode.TabInputWebview && input.viewType.endsWith(graphViewType),
  );
}

/** The API cannot show a tab, but there are commands that take the index of a group and of a tab. */
async function showTab(tab: vscode.Tab): Promise<void> {
  const groups = ["First", "Second", "Third", "Fourth", "Fifth", "Sixth", "Seventh", "Eighth"];
  const group = groups[tab.group.viewColumn - 1];
  if (group === undefined) return;
  const index = tab.group.tabs.indexOf(tab);
  await vscode.commands.executeCommand(`workbench.action.focus${group}EditorGroup`);
  await vscode.commands.executeCommand("workbench.action.openEditorAtIndex", index);
}
