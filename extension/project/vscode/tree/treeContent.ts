/** The rows of the Unikernels view. */
import * as vscode from "vscode";
import { bootTrend } from "../../bootText.ts";
import {
  describeActivity,
  displayedActivity,
  failureText,
  stageOf,
  stageText,
  stateLines,
  stateRow,
  type BuildStage,
  type StateLine,
} from "../../describeState.ts";
import type { Activities, Activity, WorkFailure } from "../../model.ts";
import {
  treeRows,
  unikernelRowText,
  type FolderRow,
  type TreeRows,
  type UnikernelRowText,
} from "../../treeRows.ts";
import { t } from "../../../protocol/l10n.ts";
import { showActivityInRow } from "./activityRow.ts";
import type { Project, Projects } from "../projects.ts";
import { rowCommand, type AddedRows, type TreeContent, type UnikernelNode } from "./treeNodes.ts";

const stageIcons: Record<BuildStage, vscode.ThemeIcon> = {
  unconfigured: new vscode.ThemeIcon("circle-large-outline"),
  configured: new vscode.ThemeIcon("settings-gear"),
  fetched: new vscode.ThemeIcon("cloud-download"),
  built: new vscode.ThemeIcon("package", new vscode.ThemeColor("testing.iconPassed")),
  stale: new vscode.ThemeIcon("warning", new vscode.ThemeColor("list.warningForeground")),
};

const failedIcon = new vscode.ThemeIcon("error", new vscode.ThemeColor("list.errorForeground"));

const lineIcons: Record<StateLine["kind"], vscode.ThemeIcon> = {
  done: new vscode.ThemeIcon("pass", new vscode.ThemeColor("testing.iconPassed")),
  missing: new vscode.ThemeIcon("circle-outline"),
  stale: new vscode.ThemeIcon("warning", new vscode.ThemeColor("list.warningForeground")),
};

export function createTreeContent(
  projects: Projects,
  activities: Activities,
  addedRows: AddedRows,
): TreeContent {
  // With hundreds of unikernels, grouping them again for each row would take too long.
  let cached: TreeRows<Project> | undefined;
  const rows = () => (cached ??= treeRows(projects.all()));
  const listener = projects.onDidChange(() => (cached = undefined));
  const folderOfRow = (id: string) =>
    rows().folders.find(({ unikernels }) => unikernels.some((unikernel) => unikernel.id === id));
  return {
    dispose: () => listener.dispose(),
    getChildren: async (node) => {
      await projects.ready;
      if (node?.kind === "added") return [...((await node.children?.()) ?? [])];
      if (node?.kind === "folder") return folderAt(rows().folders, node.path)?.unikernels.map(projectNode);
      if (!node) {
        const { unikernels, folders } = rows();
        return [...unikernels.map(projectNode), ...folders.map(folderNode)];
      }
      const project = projects.get(node.id);
      if (!project) return [];
      if (node.kind === "options")
        return project.options.map((option) => ({ kind: "option", id: node.id, option }));
      return node.kind === "project"
        ? [...childrenOf(project, activities.lastFailure(node.id)), ...(await addedRows.of(project))]
        : [];
    },
    getParent: (node) => {
      if (node.kind === "folder") return undefined;
      if (node.kind !== "project") return { kind: "project", id: node.id };
      const folder = folderOfRow(node.id);
      return folder && folderNode(folder);
    },
    getTreeItem: (node) => {
      if (node.kind === "added") return node.item;
      if (node.kind === "folder") return folderItem(folderAt(rows().folders, node.path));
      const project = projects.get(node.id);
      if (!project) return new vscode.TreeItem("");
      const job = displayedActivity(activities.active(), node.id);
      if (node.kind !== "project") return itemOf(node, project, job);
      const selected = projects.selected()?.id === node.id;
      const last = activities.lastFailure(node.id);
      const failure = failureText(project.state, last);
      const text = unikernelRowText(project, {
        state: job ? describeActivity(job) : (failure ?? stageText(project.state, project.target)),
        selected,
        isOnly: projects.all().length === 1,
        folder: folderOfRow(node.id)?.path ?? project.workspaceFolder,
        severalRoots: rows().severalRoots,
      });
      const boots = bootTrend(project.target, projects.memory.boots(project.id, project.target));
      const item = projectItem(
        project,
        selected,
        { lines: stateLines(project.state, last), failed: failure !== undefined },
        text,
        boots,
      );
      showActivityInRow(item, node.id, activities.active());
      return item;
    },
  };
}

const projectNode = ({ id }: Project): UnikernelNode => ({ kind: "project", id });
const folderNode = ({ path }: FolderRow<Project>): UnikernelNode => ({ kind: "folder", path });
const folderAt = (folders: readonly FolderRow<Project>[], path: string) =>
  folders.find((folder) => folder.path === path);

function childrenOf(project: Project, failure: WorkFailure | undefined): UnikernelNode[] {
  const { id } = project;
  return [
    { kind: "target", id },
    { kind: "options", id },
    ...stateLines(project.state, failure).map((line): UnikernelNode => ({ kind: "state", id, line })),
  ];
}

function folderItem(folder: FolderRow<Project> | undefined): vscode.TreeItem {
  if (!folder) return new vscode.TreeItem("");
  const item = new vscode.TreeItem(folder.label, vscode.TreeItemCollapsibleState.Expanded);
  item.id = `folder:${folder.path}`;
  item.iconPath = vscode.ThemeIcon.Folder;
  item.tooltip = folder.path;
  item.contextValue = "folder";
  item.accessibilityInformation = { label: t("folder {0}", folder.label) };
  return item;
}

function itemOf(
  node: Exclude<UnikernelNode, { readonly kind: "folder" | "project" | "added" }>,
  project: Project,
  job: Activity | undefined,
): vscode.TreeItem {
  switch (node.kind) {
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
    case "state":
      return stateItem(node, job);
  }
}

function stateItem(
  node: Extract<UnikernelNode, { readonly kind: "state" }>,
  job: Activity | undefined,
): vscode.TreeItem {
  const { line } = node;
  // A job of this unikernel may be doing it already.
  const fix = job || !vscode.workspace.isTrusted ? undefined : line.fix;
  const { label, description, tooltip } = stateRow(line, fix);
  const item = new vscode.TreeItem(label);
  item.description = description;
  item.tooltip = tooltip;
  item.iconPath = lineIcons[line.kind];
  item.contextValue = ["state", line.ofImage === true ? "image" : "", fix].filter(Boolean).join(".");
  if (fix) item.command = { command: rowCommand, title: label, arguments: [fix, node] };
  return item;
}

function projectItem(
  project: Project,
  selected: boolean,
  { lines, failed }: { readonly lines: readonly StateLine[]; readonly failed: boolean },
  { description, accessibleLabel }: UnikernelRowText,
  boots: readonly string[],
): vscode.TreeItem {
  const item = new vscode.TreeItem(project.name, vscode.TreeItemCollapsibleState.Collapsed);
  item.id = project.id;
  item.description = description;
  item.iconPath = failed ? failedIcon : stageIcons[stageOf(project.state)];
  // VS Code marks a folder if a file in it has errors, such as unikernel.ml.
  item.resourceUri = vscode.Uri.file(project.buildDir);
  item.tooltip = [
    project.configFile,
    ...(selected ? [t("Selected: commands and F5 use this unikernel.")] : []),
    ...lines.map(({ text, detail }) => (detail ? `${text}: ${detail}` : text)),
    ...boots,
  ].join("\n");
  item.contextValue = `project${selected ? ".selected" : ""}`;
  item.accessibilityInformation = { label: accessibleLabel };
  return item;
}
