import * as vscode from "vscode";
import { lazy } from "../../../platform/lazy.ts";
import { t } from "../../../protocol/l10n.ts";
import type { StateFix } from "../../describeState.ts";
import type { Activities } from "../../model.ts";
import type { Projects } from "../projects.ts";
import { rowCommand, type AddedRows, type TreeContent, type UnikernelNode } from "./treeNodes.ts";

/** Creates the Unikernels view, which lists each unikernel with its target, options, state and image. */
export function registerTree(
  projects: Projects,
  activities: Activities,
  addedRows: AddedRows,
): vscode.Disposable {
  const changed = new vscode.EventEmitter<void>();
  const content = lazy<TreeContent>(async () =>
    (await import("./treeContent.ts")).createTreeContent(projects, activities, addedRows),
  );
  const view = vscode.window.createTreeView<UnikernelNode>("mirageos.unikernels", {
    treeDataProvider: {
      onDidChangeTreeData: changed.event,
      getChildren: async (node) => (await content.get()).getChildren(node),
      getParent: async (node) => (await content.get()).getParent(node),
      getTreeItem: async (node) => (await content.get()).getTreeItem(node),
    },
    showCollapseAll: true,
  });
  const updateMessage = () => {
    view.message = vscode.workspace.isTrusted
      ? ""
      : t("Restricted Mode: nothing in this workspace is run until you trust it.");
  };
  updateMessage();
  return vscode.Disposable.from(
    view,
    content,
    changed,
    vscode.commands.registerCommand(rowCommand, (fix: StateFix, node: UnikernelNode) =>
      vscode.commands.executeCommand(`mirageos.${fix}`, node),
    ),
    vscode.workspace.onDidGrantWorkspaceTrust(() => {
      updateMessage();
      changed.fire();
    }),
    projects.onDidChange(() => changed.fire()),
    activities.onChange(() => changed.fire()),
    addedRows.onDidChange(() => changed.fire()),
  );
}
