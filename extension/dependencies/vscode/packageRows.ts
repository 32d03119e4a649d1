import * as vscode from "vscode";
import type { Project } from "../../project/vscode/projects.ts";
import type { AddedRow } from "../../project/vscode/tree.ts";
import { t } from "../../protocol/l10n.ts";
import { packageDetails, packageSummary } from "../packageText.ts";
import { readDependencies, readProjectLock, type Dependency } from "./projectDependencies.ts";

/**
 * The row "Dependencies" of a unikernel, with a row for each package of its lock file. There is none without a lock
 * file: the row of the lock says then how to make one.
 */
export async function dependencyRows(project: Project): Promise<readonly AddedRow[]> {
  const lock = await readProjectLock(project);
  if (!lock) return [];
  const item = new vscode.TreeItem(t("Dependencies"), vscode.TreeItemCollapsibleState.Collapsed);
  item.id = `dependencies:${project.id}`;
  item.iconPath = new vscode.ThemeIcon("library");
  item.contextValue = "dependencies";
  const count = lock.packages.length;
  item.description = !lock.complete
    ? t("the lock file is incomplete; lock again")
    : count === 1
      ? t("1 package")
      : t("{0} packages", count);
  return [{ kind: "added", id: project.id, item, children: () => packageRows(project) }];
}

async function packageRows(project: Project): Promise<readonly AddedRow[]> {
  const found = await readDependencies(project);
  return found?.dependencies.map((each) => packageRow(project, each)) ?? [];
}

function packageRow({ id }: Project, dependency: Dependency): AddedRow {
  const { locked, sources, file, path, requirers } = dependency;
  const item = new vscode.TreeItem(locked.name, vscode.TreeItemCollapsibleState.Collapsed);
  item.id = `dependency:${id}:${locked.name}`;
  item.description = packageSummary(locked);
  item.iconPath = new vscode.ThemeIcon(
    sources === undefined ? "tools" : locked.source?.kind === "git" ? "git-commit" : "package",
  );
  const details = packageDetails(locked, file, path, requirers);
  item.tooltip = [
    `${locked.name} ${locked.version}`,
    ...details.map(({ label, text }) => `${label}: ${text}`),
  ].join("\n");
  const page = file?.homepage ?? locked.source?.page;
  item.contextValue = ["package", sources === undefined ? "" : "sources", page === undefined ? "" : "page"]
    .filter(Boolean)
    .join(".");
  const children = details.map(({ label, text }): AddedRow => {
    const row = new vscode.TreeItem(label);
    row.description = text;
    row.tooltip = text;
    row.contextValue = "packageDetail";
    return { kind: "added", id, item: row, value: { text } };
  });
  return {
    kind: "added",
    id,
    item,
    children: () => Promise.resolve(children),
    value: { text: `${locked.name}.${locked.version}`, sources, page },
  };
}
