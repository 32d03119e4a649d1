import * as vscode from "vscode";
import type { Project } from "../../project/vscode/projects.ts";
import type { AddedRow } from "../../project/vscode/tree/treeNodes.ts";
import { t } from "../../protocol/l10n.ts";
import { packageDetails, packageSummary } from "../rows/packageText.ts";
import type { RepositoryDate } from "../repositories.ts";
import { repositoryFacts, type CatalogueContext, type RepositoryFacts } from "./packageCatalogue.ts";
import {
  readDependencies,
  readProjectLock,
  vulnerabilitiesOf,
  type Dependency,
} from "./projectDependencies.ts";

/**
 * The row "Dependencies" of a unikernel, with a row for each package of its lock file. There is none without a lock
 * file: the row of the lock says then how to make one. `onChange` is called when opam's answer changes the rows.
 */
export async function dependencyRows(
  context: CatalogueContext,
  project: Project,
  onChange: () => void,
): Promise<readonly AddedRow[]> {
  const lock = await readProjectLock(project);
  if (!lock) return [];
  const item = new vscode.TreeItem(t("Dependencies"), vscode.TreeItemCollapsibleState.Collapsed);
  item.id = `dependencies:${project.id}`;
  item.iconPath = new vscode.ThemeIcon("library");
  item.contextValue = "dependencies";
  const count = lock.packages.length;
  const vulnerable = new Set((await vulnerabilitiesOf(project, lock)).map(({ locked }) => locked.name)).size;
  item.description = !lock.complete
    ? t("the lock file is incomplete; lock again")
    : [
        count === 1 ? t("1 package") : t("{0} packages", count),
        vulnerable === 0 ? "" : t("{0} with known vulnerabilities", vulnerable),
      ]
        .filter(Boolean)
        .join(" · ");
  return [{ kind: "added", id: project.id, item, children: () => packageRows(context, project, onChange) }];
}

async function packageRows(
  context: CatalogueContext,
  project: Project,
  onChange: () => void,
): Promise<readonly AddedRow[]> {
  const found = await readDependencies(project);
  if (!found) return [];
  const repositories = repositoryFacts(context, project, onChange);
  return [
    ...(repositories?.date ? [repositoryRow(project, repositories.date)] : []),
    ...found.dependencies.map((each) => packageRow(project, each, repositories)),
  ];
}

/** When opam's repositories were updated. If that is long ago, a click updates them. */
function repositoryRow({ id }: Project, { updatedAt, days, isOld }: RepositoryDate): AddedRow {
  const item = new vscode.TreeItem(t("opam repositories"));
  item.id = `repositories:${id}`;
  const date = new Date(updatedAt).toLocaleDateString(vscode.env.language);
  item.description = isOld
    ? t("updated on {0}, {1} days ago; click to run opam update", date, days)
    : t("updated on {0}", date);
  item.tooltip = t("The newest versions are those that opam knew on {0}.", date);
  item.iconPath = isOld
    ? new vscode.ThemeIcon("warning", new vscode.ThemeColor("list.warningForeground"))
    : new vscode.ThemeIcon("repo");
  item.contextValue = "repositories";
  if (isOld) item.command = { command: "mirageos.updateRepositories", title: t("Update opam Repositories") };
  return { kind: "added", id, item };
}

function packageRow(
  { id }: Project,
  dependency: Dependency,
  repositories: RepositoryFacts | undefined,
): AddedRow {
  const { locked, sources, file } = dependency;
  const facts = { ...dependency, listed: repositories?.packages.get(locked.name) };
  const item = new vscode.TreeItem(locked.name, vscode.TreeItemCollapsibleState.Collapsed);
  item.id = `dependency:${id}:${locked.name}`;
  item.description = packageSummary(facts);
  item.iconPath =
    dependency.vulnerabilities.length > 0
      ? new vscode.ThemeIcon("warning", new vscode.ThemeColor("list.warningForeground"))
      : new vscode.ThemeIcon(
          sources === undefined ? "tools" : locked.source?.kind === "git" ? "git-commit" : "package",
        );
  const details = packageDetails(facts);
  item.tooltip = [
    `${locked.name} ${locked.version}`,
    ...details.map(({ label, text }) => `${label}: ${text}`),
  ].join("\n");
  const page = file?.homepage ?? locked.source?.page;
  item.contextValue = ["package", sources === undefined ? "" : "sources", page === undefined ? "" : "page"]
    .filter(Boolean)
    .join(".");
  const children = details.map(({ label, text, page: more }): AddedRow => {
    const row = new vscode.TreeItem(label);
    row.description = text;
    row.tooltip = text;
    row.contextValue = "packageDetail";
    if (more !== undefined)
      row.command = { command: "vscode.open", title: t("Open Page"), arguments: [vscode.Uri.parse(more)] };
    return { kind: "added", id, item: row, value: { text } };
  });
  return {
    kind: "added",
    id,
    item,
    children: () => Promise.resolve(children),
    value: { name: locked.name, text: `${locked.name}.${locked.version}`, sources, page },
  };
}
