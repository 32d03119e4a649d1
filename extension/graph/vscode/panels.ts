import * as vscode from "vscode";
import { isKept, type ConfigurationView, type OtherView } from "../../../webviews/graph/messages.ts";
import { ownerOf, projectFor } from "../../project/vscode/pick.ts";
import type { Project } from "../../project/vscode/projects.ts";
import type { Shadows } from "../shadowModel.ts";
import { describeUnikernel } from "./describe.ts";
import { openPanel, type GraphPanel } from "./panel.ts";
import { graphViewType, type GraphParts } from "./register.ts";
import { t } from "../../platform/l10n.ts";

/** The graph panels of this window: any number, the command shows the one used last of a unikernel. */
export interface GraphPanels extends vscode.Disposable {
  readonly show: (on: unknown) => Promise<void>;
  readonly showAnother: (on: unknown) => Promise<void>;
  readonly restore: (panel: vscode.WebviewPanel, state: unknown) => Promise<void>;
  /** Shows the node of what the cursor stands in. */
  readonly revealFromEditor: () => Promise<void>;
  readonly describe: (on: unknown) => Promise<void>;
}

interface Wish {
  readonly configuration: ConfigurationView | undefined;
  readonly other: OtherView;
}

const ordinary: Wish = { configuration: undefined, other: { kind: "nothing" } };

export function createGraphPanels(parts: GraphParts, shadows: Shadows): GraphPanels {
  const { projects } = parts;
  /** Newest last. */
  const open: GraphPanel[] = [];
  const panelOf = (project: Project) => open.findLast(({ unikernel }) => unikernel === project.id);
  const attached = new vscode.EventEmitter<void>();

  const attach = (panel: vscode.WebviewPanel, unikernel: string, wish: Wish): GraphPanel => {
    const opened = openPanel(panel, unikernel, wish, parts, shadows);
    open.push(opened);
    attached.fire();
    panel.onDidDispose(() => void open.splice(open.indexOf(opened), 1));
    panel.onDidChangeViewState(() => {
      if (panel.active) open.push(...open.splice(open.indexOf(opened), 1));
    });
    return opened;
  };

  const titleOf = (project: Project) => t("Functor Graph: {0}", project.name);

  /** The panel used last of a unikernel; also one that is behind another tab since the window was loaded. */
  const find = async (project: Project): Promise<GraphPanel | undefined> => {
    for (const tab of panelOf(project) ? [] : tabsTitled(titleOf(project))) {
      const restored = new Promise<void>((resolve) => {
        const listening = attached.event(() => done());
        const timer = setTimeout(() => done(), restoreMs);
        const done = () => {
          clearTimeout(timer);
          listening.dispose();
          resolve();
        };
      });
      // VS Code restores a panel when its tab is shown for the first time, and asks nobody before.
      await showTab(tab);
      await restored;
      if (panelOf(project)) break;
    }
    return panelOf(project);
  };

  const create = (project: Project): GraphPanel => {
    const title = titleOf(project);
    const panel = vscode.window.createWebviewPanel(graphViewType, title, {
      viewColumn: vscode.window.activeTextEditor ? vscode.ViewColumn.Beside : vscode.ViewColumn.Active,
    });
    return attach(panel, project.id, ordinary);
  };

  const editorPlace = (): { project: Project; editor: vscode.TextEditor } | undefined => {
    const editor = vscode.window.activeTextEditor;
    const project = editor && ownerOf(editor.document.uri, projects.all());
    return editor && project && { project, editor };
  };

  return {
    show: async (on) => {
      const project = await projectFor(projects, on);
      if (!project) return;
      const there = await find(project);
      if (there) there.panel.reveal();
      else create(project);
    },
    showAnother: async (on) => {
      const project = await projectFor(projects, on);
      if (project) create(project);
    },
    restore: async (panel, state) => {
      await projects.ready;
      const kept = isKept(state) ? state : undefined;
      const unikernel = kept?.unikernel ?? "";
      const project = projects.get(unikernel) ?? projects.selected();
      if (!project && unikernel === "") panel.dispose();
      else attach(panel, projects.get(unikernel) ? unikernel : (project?.id ?? unikernel), kept ?? ordinary);
    },
    revealFromEditor: async () => {
      await projects.ready;
      const place = editorPlace();
      if (!place) {
        void vscode.window.showInformationMessage(
          t("Put the cursor into config.ml or unikernel.ml of a unikernel to see its node in the graph."),
        );
        return;
      }
      const { project, editor } = place;
      const panel = (await find(project)) ?? create(project);
      const { document, selection } = editor;
      const shown = await panel.revealAt(document, document.offsetAt(selection.active));
      if (shown) panel.panel.reveal(undefined, true);
      else {
        void vscode.window.showInformationMessage(
          t(
            "Nothing in the graph comes from here. Put the cursor on a device, a combinator or a functor parameter.",
          ),
        );
      }
    },
    describe: async (on) => {
      const project = await projectFor(projects, on);
      if (project) await describeUnikernel(project, shadows);
    },
    dispose: () => {
      for (const { panel } of open.slice()) panel.dispose();
      attached.dispose();
    },
  };
}

/** Time for VS Code to restore a panel whose tab is shown. */
const restoreMs = 5000;

/** Tabs of graph panels with a title. */
function tabsTitled(title: string): readonly vscode.Tab[] {
  const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
  return tabs.filter(
    ({ label, input }) =>
      // VS Code puts a word of its own before the type.
      label === title && input instanceof vscode.TabInputWebview && input.viewType.endsWith(graphViewType),
  );
}

/** There is no API to show a tab, but for commands that count groups and tabs. */
async function showTab(tab: vscode.Tab): Promise<void> {
  const groups = ["First", "Second", "Third", "Fourth", "Fifth", "Sixth", "Seventh", "Eighth"];
  const group = groups[tab.group.viewColumn - 1];
  if (group === undefined) return;
  const index = tab.group.tabs.indexOf(tab);
  await vscode.commands.executeCommand(`workbench.action.focus${group}EditorGroup`);
  await vscode.commands.executeCommand("workbench.action.openEditorAtIndex", index);
}
