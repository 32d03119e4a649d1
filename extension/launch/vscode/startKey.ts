import * as vscode from "vscode";
import { problems } from "../../platform/errors.ts";
import { tell } from "../../platform/vscode/tell.ts";
import { ownerOf, projectFor } from "../../project/vscode/pick.ts";
import type { Projects } from "../../project/vscode/projects.ts";
import { configurationFor, debugType } from "./configurations.ts";

/**
 * Boots a unikernel as a debug session without a launch.json: the one it is invoked on, that of the
 * active editor, or the selected one. Does nothing where the user dismisses the question for one.
 */
export async function debugUnikernel(projects: Projects, on: unknown): Promise<void> {
  await start(projects, on ?? vscode.window.activeTextEditor?.document.uri, false);
}

/**
 * What F5 and Ctrl+F5 do in a workspace with unikernels while VS Code has no configuration selected.
 * Left to itself it asks for a debugger then, unless an editor with OCaml is active. What is another
 * debugger's matter stays with VS Code: a launch.json, or a file in a language that has one.
 */
export async function startByKey(projects: Projects, debug: boolean): Promise<void> {
  await projects.ready;
  const document = vscode.window.activeTextEditor?.document;
  if (configured() || (document && debuggedByOthers(document, projects))) {
    await vscode.commands.executeCommand(`workbench.action.debug.${debug ? "start" : "run"}`);
    return;
  }
  await start(projects, document?.uri, !debug);
}

async function start(projects: Projects, on: unknown, noDebug: boolean): Promise<void> {
  if (!vscode.workspace.isTrusted) return tell(problems.untrusted());
  const project = await projectFor(projects, on);
  if (!project) return;
  const folder = vscode.workspace.getWorkspaceFolder(vscode.Uri.file(project.root));
  await vscode.debug.startDebugging(folder, configurationFor(project), { noDebug });
}

function configured(): boolean {
  const scopes = [undefined, ...(vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri)];
  return scopes.some((scope) => {
    const launch = vscode.workspace.getConfiguration("launch", scope);
    return ["configurations", "compounds"].some((key) => (launch.get<unknown[]>(key) ?? []).length > 0);
  });
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
