import { relative } from "node:path";
import * as vscode from "vscode";
import type { Activities, Activity } from "../model.ts";
import {
  describeActivity,
  displayedActivity,
  stageOf,
  stageText,
  stateLines,
  type Stage,
  type StateLine,
} from "../describeState.ts";
import { showActivityInRow } from "./activityRow.ts";
import type { Project, Projects } from "./projects.ts";
import { t } from "../../protocol/l10n.ts";

/** An element of the Unikernels view. The commands of its menus receive it as their argument. */
export type UnikernelNode =
  | { readonly kind: "project"; readonly id: string }
  | { readonly kind: "target"; readonly id: string }
  | { readonly kind: "options"; readonly id: string }
  | { readonly kind: "option"; readonly id: string; readonly option: string }
  | { readonly kind: "state"; readonly id: string; readonly line: StateLine };

const stageIcons: Record<Stage, vscode.ThemeIcon> = {
  unconfigured: new vscode.ThemeIcon("circle-large-outline"),
  configured: new vscode.ThemeIcon("settings-gear"),
  fetched: new vscode.ThemeIcon("cloud-download"),
  built: new vscode.ThemeIcon("package", new vscode.ThemeColor("testing.iconPassed")),
  stale: new vscode.ThemeIcon("warning", new vscode.ThemeColor("list.warningForeground")),
};

const lineIcons: Record<StateLine["kind"], vscode.ThemeIcon> = {
  done: new vscode.ThemeIcon("pass", new vscode.ThemeColor("testing.iconPassed")),
  missing: new vscode.ThemeIcon("circle-outline"),
  stale: new vscode.ThemeIcon("warning", new vscode.ThemeColor("list.warningForeground")),
};

/** Creates the Unikernels view, which lists each unikernel with its target, options, state and image. */
export function registerTree(projects: Projects, activities: Activities): vscode.Disposable {
  const changed = new vscode.EventEmitter<void>();
  const provider: vscode.TreeDataProvider<UnikernelNode> = {
    onDidChangeTreeData: changed.event,
    getChildren: async (node) => {
      await projects.ready;
      if (!node) return projects.all().map(({ id }) => ({ kind: "project", id }));
      const project = projects.get(node.id);
      if (!project) return [];
      if (node.kind === "options")
        return project.options.map((option) => ({ kind: "option", id: node.id, option }));
      return node.kind === "project" ? childrenOf(project) : [];
    },
    getParent: (node) => (node.kind === "project" ? undefined : { kind: "project", id: node.id }),
    getTreeItem: (node) => {
      const project = projects.get(node.id);
      const job = displayedActivity(activities.active(), node.id);
      if (!project) return new vscode.TreeItem("");
      const item = itemOf(node, project, job, projects.selected()?.id === node.id);
      if (node.kind === "project") showActivityInRow(item, node.id, activities.active());
      return item;
    },
  };
  const view = vscode.window.createTreeView("mirageos.unikernels", {
    treeDataProvider: provider,
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
    changed,
    vscode.workspace.onDidGrantWorkspaceTrust(updateMessage),
    projects.onDidChange(() => changed.fire()),
    activities.onChange(() => changed.fire()),
  );
}

function childrenOf(project: Project): UnikernelNode[] {
  const { id } = project;
  return [
    { kind: "target", id },
    { kind: "options", id },
    ...stateLines(project.state).map((line): UnikernelNode => ({ kind: "state", id, line })),
  ];
}

function itemOf(
  node: UnikernelNode,
  project: Project,
  job: Activity | undefined,
  selected: boolean,
): vscode.TreeItem {
  switch (node.kind) {
    case "project":
      return projectItem(project, job, selected);
    case "target": {
      const item = new vscode.TreeItem(t("Target"));
      item.description = project.target;
      item.iconPath = new vscode.ThemeIcon("server-environment");
      item.contextValue = "target";
      item.command = { command: "mirageos.selectTarget", title: t("Select Target"), arguments: [node] };
      return item;
    }
    case "options": {
      const some = project.options.length > 0;
      const collapsed = some
        ? vscode.TreeItemCollapsibleState.Collapsed
        : vscode.TreeItemCollapsibleState.None;
      const item = new vscode.TreeItem(t("Options"), collapsed);
      item.description = some ? project.options.join(" ") : t("defaults");
      item.iconPath = new vscode.ThemeIcon("settings");
      item.contextValue = some ? "options.set" : "options";
      return item;
    }
    case "option": {
      const item = new vscode.TreeItem(node.option);
      item.iconPath = new vscode.ThemeIcon("dash");
      item.contextValue = "option";
      return item;
    }
    case "state": {
      const item = new vscode.TreeItem(node.line.text);
      item.description = node.line.detail;
      item.tooltip = node.line.detail || node.line.text;
      item.iconPath = lineIcons[node.line.kind];
      item.contextValue = node.line.ofImage === true ? "state.image" : "state";
      return item;
    }
  }
}

function projectItem(project: Project, job: Activity | undefined, selected: boolean): vscode.TreeItem {
  const item = new vscode.TreeItem(project.name, vscode.TreeItemCollapsibleState.Collapsed);
  const stage = stageOf(project.state);
  const activity = job && describeActivity(job);
  const folder = relative(project.workspaceFolder, project.buildDir);
  item.id = project.id;
  item.description = [
    selected ? "●" : "",
    project.target,
    activity ?? stageText(project.state),
    folder === project.name ? "" : folder,
  ]
    .filter(Boolean)
    .join(" · ");
  item.iconPath = stageIcons[stage];
  item.resourceUri = vscode.Uri.file(project.configFile);
  item.tooltip = `${project.configFile}\n${stateLines(project.state)
    .map(({ text, detail }) => (detail ? `${text}: ${detail}` : text))
    .join("\n")}`;
  item.contextValue = `project${selected ? ".selected" : ""}`;
  item.accessibilityInformation = {
    label: `${project.name}, ${project.target}, ${activity ?? stageText(project.state)}${selected ? t(", selected") : ""}`,
  };
  return item;
}
