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

  const attach = (panel: vscode.WebviewPanel, unikernel: string, wish: Wish): GraphPanel => {
    const opened = openPanel(panel, unikernel, wish, parts, shadows);
    open.push(opened);
    panel.onDidDispose(() => void open.splice(open.indexOf(opened), 1));
    panel.onDidChangeViewState(() => {
      if (panel.active) open.push(...open.splice(open.indexOf(opened), 1));
    });
    return opened;
  };

  const create = (project: Project): GraphPanel => {
    const title = t("Functor Graph: {0}", project.name);
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
      const there = panelOf(project);
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
      const panel = panelOf(project) ?? create(project);
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
    },
  };
}
