import * as vscode from "vscode";
import type { Action, Problem } from "../errors.ts";

/** Shows a problem as an error notification with its actions as buttons, and performs the chosen one. */
export async function tell(problem: Problem): Promise<void> {
  const chosen = await vscode.window.showErrorMessage(
    problem.message,
    ...problem.actions.map(({ title }) => title),
  );
  const action = problem.actions.find(({ title }) => title === chosen);
  if (action) await perform(action);
}

/** Carries out what a problem or a report line offers. */
export async function perform(action: Action): Promise<void> {
  if ("url" in action) await vscode.env.openExternal(vscode.Uri.parse(action.url, true));
  else await vscode.commands.executeCommand(action.command, ...(action.args ?? []));
}
