import { relative, sep } from "node:path";
import * as vscode from "vscode";
import { problems } from "../../platform/errors.ts";
import { showProblem } from "../../platform/vscode/showProblem.ts";
import { ownerOfPath } from "../model.ts";
import type { Project, Projects } from "./projects.ts";
import { t } from "../../protocol/l10n.ts";

/**
 * Returns the unikernel that a command should use: the one it was invoked on (an element of the tree, or a file), else
 * the selected or only one, else the one that the user picks. Resolves to undefined if there is none or the user
 * dismissed the picker.
 */
export async function projectFor(projects: Projects, invokedOn: unknown): Promise<Project | undefined> {
  await projects.ready;
  const { all, get, selected } = projects;
  if (all().length === 0) {
    await showProblem(problems.noUnikernel());
    return undefined;
  }
  const id = idOf(invokedOn);
  return (
    (id === undefined ? undefined : get(id)) ??
    (invokedOn instanceof vscode.Uri ? ownerOf(invokedOn, all()) : undefined) ??
    selected() ??
    (await (await import("./promptForProject.ts")).promptForProject(projects))
  );
}

/**
 * Returns the unikernel that a task or a launch configuration names by folder or name, or the selected one if it names
 * none. Returns an error message if there is no such unikernel. `where` is the word for the thing that names it.
 */
export function namedProject(
  unikernel: string | undefined,
  folder: vscode.WorkspaceFolder | undefined,
  projects: Projects,
  where: string,
): Project | string {
  const all = projects.all();
  if (unikernel === undefined) {
    const selected = projects.selected();
    return (
      selected ??
      t('Set "unikernel" in the {0}: this workspace has several unikernels, and none is selected.', where)
    );
  }
  const inFolder = all.filter(({ workspaceFolder }) => !folder || workspaceFolder === folder.uri.fsPath);
  const byFolder = inFolder.find(
    (project) => folderOf(project) === unikernel.replace(/\/+$/, "") || project.buildDir === unikernel,
  );
  const byName = inFolder.filter(({ name }) => name === unikernel);
  if (byFolder) return byFolder;
  if (byName.length === 1 && byName[0]) return byName[0];
  if (byName.length > 1) return t("Several unikernels are named {0}. Use the folder instead.", unikernel);
  return t(
    "This workspace has no unikernel '{0}'. Use the folder of a config.ml, or the name in its register call.",
    unikernel,
  );
}

/** Returns the folder of config.ml relative to its workspace folder, with slashes, or `.` for that folder itself. */
export function folderOf({
  buildDir,
  workspaceFolder,
}: Pick<Project, "buildDir" | "workspaceFolder">): string {
  return relative(workspaceFolder, buildDir).split(sep).join("/") || ".";
}

/** Returns the innermost unikernel whose folder contains the file. */
export const ownerOf = (file: vscode.Uri, all: readonly Project[]): Project | undefined =>
  ownerOfPath(file.fsPath, all);

/** The id of a unikernel that a command was invoked with: the id itself, or an object with it. */
export function idOf(argument: unknown): string | undefined {
  if (typeof argument === "string") return argument;
  if (typeof argument !== "object" || argument === null || !("id" in argument)) return undefined;
  return typeof argument.id === "string" ? argument.id : undefined;
}
