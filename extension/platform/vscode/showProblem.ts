import * as vscode from "vscode";
import { showErrorMessage } from "./messages.ts";
import type { Problem, ProblemAction } from "../errors.ts";

/** Shows a problem as an error notification with its actions as buttons, and performs the selected action. */
export async function showProblem(problem: Problem): Promise<void> {
  const chosen = await showErrorMessage(problem.message, ...problem.actions.map(({ title }) => title));
  const action = problem.actions.find(({ title }) => title === chosen);
  if (action) await performAction(action);
}

/** Performs the action of a problem or of a line in a report. */
export async function performAction(action: ProblemAction): Promise<void> {
  if ("url" in action) await vscode.env.openExternal(vscode.Uri.parse(action.url, true));
  else await vscode.commands.executeCommand(action.command, ...(action.args ?? []));
}
