import { relative, sep } from "node:path";
import type * as vscode from "vscode";
import { t } from "../../protocol/l10n.ts";
import type { Project, Projects } from "./projects.ts";

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
