import { relative, sep } from "node:path";
import * as vscode from "vscode";
import { problems } from "../../platform/errors.ts";
import { tell } from "../../platform/vscode/tell.ts";
import { stageText } from "../describe.ts";
import type { Project, Projects } from "./projects.ts";
import { t } from "../../platform/l10n.ts";

/**
 * The unikernel that a command means: the one it was invoked on (an element of the tree, a file),
 * the selected one, the only one; otherwise the user is asked.
 * Undefined when there is none or the question was dismissed.
 */
export async function projectFor(projects: Projects, invokedOn: unknown): Promise<Project | undefined> {
  await projects.ready;
  const { all, get, selected } = projects;
  if (all().length === 0) {
    await tell(problems.noUnikernel());
    return undefined;
  }
  const id = idOf(invokedOn);
  return (
    (id === undefined ? undefined : get(id)) ??
    (invokedOn instanceof vscode.Uri ? ownerOf(invokedOn, all()) : undefined) ??
    selected() ??
    (await askForProject(projects))
  );
}

/** Asks for a unikernel and selects it. */
export async function askForProject(projects: Projects): Promise<Project | undefined> {
  const selected = projects.selected()?.id;
  const items = projects.all().map((project) => ({
    label: project.name,
    description: `${project.target} · ${stageText(project.state)}${project.id === selected ? t(" · selected") : ""}`,
    detail: relative(project.workspaceFolder, project.configFile),
    project,
  }));
  const chosen = await vscode.window.showQuickPick(items, {
    title: t("Select Unikernel"),
    placeHolder: t("The unikernel that commands work on"),
    matchOnDescription: true,
    matchOnDetail: true,
  });
  if (chosen) await projects.select(chosen.project.id);
  return chosen?.project;
}

/**
 * The unikernel that a task or a launch configuration names by its folder or name, the selected one
 * when it names none; or a sentence saying why there is none. `where` is what names it.
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
      t(
        'Name the unikernel in the {0}\'s "unikernel": this workspace has several and none is selected.',
        where,
      )
    );
  }
  const inFolder = all.filter(({ workspaceFolder }) => !folder || workspaceFolder === folder.uri.fsPath);
  const byFolder = inFolder.find(
    (project) => folderOf(project) === unikernel.replace(/\/+$/, "") || project.buildDir === unikernel,
  );
  const byName = inFolder.filter(({ name }) => name === unikernel);
  if (byFolder) return byFolder;
  if (byName.length === 1 && byName[0]) return byName[0];
  if (byName.length > 1) return t("Several unikernels are called {0}: name the folder instead.", unikernel);
  return t(
    "No unikernel '{0}' in this workspace: name a folder with a config.ml, or the name given to register.",
    unikernel,
  );
}

/** The folder of config.ml relative to its workspace folder, with slashes; `.` for that folder itself. */
export function folderOf({
  buildDir,
  workspaceFolder,
}: Pick<Project, "buildDir" | "workspaceFolder">): string {
  return relative(workspaceFolder, buildDir).split(sep).join("/") || ".";
}

/** The innermost unikernel whose folder holds the file. */
export function ownerOf(file: vscode.Uri, all: readonly Project[]): Project | undefined {
  const path = file.fsPath;
  const holding = all.filter(
    ({ buildDir, root }) => path.startsWith(buildDir + sep) || path.startsWith(root + sep),
  );
  return holding.toSorted((a, b) => b.buildDir.length - a.buildDir.length)[0];
}

function idOf(argument: unknown): string | undefined {
  if (typeof argument === "string") return argument;
  if (typeof argument !== "object" || argument === null || !("id" in argument)) return undefined;
  return typeof argument.id === "string" ? argument.id : undefined;
}
