import * as vscode from "vscode";
import { problems } from "../../platform/errors.ts";
import { showProblem } from "../../platform/vscode/showProblem.ts";
import { projectFor } from "../../project/vscode/pickProject.ts";
import type { Projects } from "../../project/vscode/projects.ts";
import { configurationFor } from "./launchConfigurations.ts";

/**
 * Starts a debug session without a launch.json for the unikernel that the command is invoked on, that of the
 * active editor, or the selected one. Does nothing if the user dismisses the prompt for a unikernel.
 */
export async function debugUnikernel(projects: Projects, on: unknown): Promise<void> {
  if (!vscode.workspace.isTrusted) return showProblem(problems.untrusted());
  const project = await projectFor(projects, on ?? vscode.window.activeTextEditor?.document.uri);
  if (!project) return;
  const folder = vscode.workspace.getWorkspaceFolder(vscode.Uri.file(project.root));
  await vscode.debug.startDebugging(folder, configurationFor(project));
}
