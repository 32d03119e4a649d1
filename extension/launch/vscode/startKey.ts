import * as vscode from "vscode";
import { problems } from "../../platform/errors.ts";
import { tell } from "../../platform/vscode/tell.ts";
import { ownerOf, projectFor } from "../../project/vscode/pick.ts";
import type { Projects } from "../../project/vscode/projects.ts";
import { configurationFiles, isKnown, type Stamps } from "../configurationFiles.ts";
import { configurationFor, debugType } from "./configurations.ts";

/**
 * Boots a unikernel as a debug session without a launch.json: the one it is invoked on, that of the
 * active editor, or the selected one. Does nothing where the user dismisses the question for one.
 */
export async function debugUnikernel(projects: Projects, on: unknown): Promise<void> {
  await start(projects, on ?? vscode.window.activeTextEditor?.document.uri, false);
}

/** Whether a start by a key is under way. */
let starting = false;

/**
 * What F5 and Ctrl+F5 do in a workspace with unikernels while VS Code has no configuration selected.
 * Left to itself it asks for a debugger then, unless an editor with OCaml is active. What is another
 * debugger's matter stays with VS Code: a launch.json, or a file in a language that has one.
 */
export async function startByKey(projects: Projects, debug: boolean): Promise<void> {
  await projects.ready;
  const document = vscode.window.activeTextEditor?.document;
  if (foldersWithLaunch().length > 0 || (document && debuggedByOthers(document, projects))) {
    await startAsVsCode(debug);
    return;
  }
  // Pressed again before VS Code knows that something is being started.
  if (starting) return;
  starting = true;
  await start(projects, document?.uri, !debug).finally(() => (starting = false));
}

/** As they were when VS Code last read all settings for F5. */
let read: Stamps | undefined;

/**
 * What F5 and Ctrl+F5 do while a launch configuration of type `mirage` is selected. VS Code's own F5 saves
 * all editors and reads all settings anew first, which takes more time than booting a unikernel. Where
 * nothing is to be saved, the settings are known as they are, and the selected configuration is surely one
 * of the only launch.json, it is started without that.
 */
export async function startSelectedByKey({ memory }: Projects, debug: boolean): Promise<void> {
  // VS Code asks whether a second one is to be started.
  if (starting) return startAsVsCode(debug);
  starting = true;
  try {
    const [folder, ...others] = foldersWithLaunch();
    const sure = folder !== undefined && others.length === 0 && !memory.dynamicOffered();
    if (!sure || !isAllSaved()) return await startAsVsCode(debug);
    const { workspaceFolders = [], workspaceFile } = vscode.workspace;
    const files = await configurationFiles(
      workspaceFolders.map(({ uri }) => uri.fsPath),
      workspaceFile?.fsPath,
    );
    if (!isKnown(files, read, performance.timeOrigin)) {
      read = files;
      return await startAsVsCode(debug);
    }
    // VS Code starts the selected configuration of a folder where it is given no name.
    await vscode.debug.startDebugging(folder, "", { noDebug: !debug, suppressSaveBeforeStart: true });
  } finally {
    starting = false;
  }
}

const startAsVsCode = (debug: boolean) =>
  vscode.commands.executeCommand<void>(`workbench.action.debug.${debug ? "start" : "run"}`);

const isAllSaved = () =>
  vscode.window.tabGroups.all.every(({ tabs }) => tabs.every(({ isDirty }) => !isDirty));

async function start(projects: Projects, on: unknown, noDebug: boolean): Promise<void> {
  if (!vscode.workspace.isTrusted) return tell(problems.untrusted());
  const project = await projectFor(projects, on);
  if (!project) return;
  const folder = vscode.workspace.getWorkspaceFolder(vscode.Uri.file(project.root));
  const suppressSaveBeforeStart = isAllSaved();
  await vscode.debug.startDebugging(folder, configurationFor(project), { noDebug, suppressSaveBeforeStart });
}

interface Launch {
  readonly configurations?: readonly unknown[];
  readonly compounds?: readonly unknown[];
}

/** The folders with launch configurations; undefined stands for the workspace file or the user's settings. */
function foldersWithLaunch(): (vscode.WorkspaceFolder | undefined)[] {
  const inspect = (scope?: vscode.Uri) =>
    vscode.workspace.getConfiguration(undefined, scope).inspect<Launch>("launch");
  const isSet = (launch: Launch | undefined) =>
    [launch?.configurations, launch?.compounds].some((list) => list !== undefined && list.length > 0);
  const shared = inspect();
  // Without a workspace file the workspace's value is that of the only folder.
  const isShared =
    isSet(shared?.globalValue) || (vscode.workspace.workspaceFile && isSet(shared?.workspaceValue));
  const folders = vscode.workspace.workspaceFolders ?? [];
  return [
    ...(isShared ? [undefined] : []),
    ...folders.filter(({ uri }) => isSet(inspect(uri)?.workspaceFolderValue)),
  ];
}

interface Contributor {
  readonly contributes?: {
    readonly debuggers?: readonly { readonly type?: string; readonly languages?: readonly string[] }[];
  };
}

function debuggedByOthers({ uri, languageId }: vscode.TextDocument, projects: Projects): boolean {
  if (languageId.startsWith("ocaml") && ownerOf(uri, projects.all())) return false;
  return vscode.extensions.all.some(({ packageJSON }) =>
    (packageJSON as Contributor).contributes?.debuggers?.some(
      ({ type, languages }) => type !== debugType && languages?.includes(languageId),
    ),
  );
}
