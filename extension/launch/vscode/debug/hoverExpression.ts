import * as vscode from "vscode";
import { expressionAt } from "../../../debugger/inspect/expressionAt.ts";

/** The expression that VS Code evaluates for a hover while a program is stopped. */
export function provideHoverExpression(
  document: vscode.TextDocument,
  position: vscode.Position,
): vscode.EvaluatableExpression | undefined {
  // Another extension debugs OCaml too, and may evaluate the paths of modules.
  if (vscode.debug.activeDebugSession?.type !== "mirage") {
    const path = document.getWordRangeAtPosition(position, /[\w'.]+/);
    const name = document.getWordRangeAtPosition(position, /[\w']+/);
    return path && new vscode.EvaluatableExpression(path.with(undefined, name?.end));
  }
  const { line, character } = position;
  const found = expressionAt(document.lineAt(line).text, character);
  return found && new vscode.EvaluatableExpression(new vscode.Range(line, found.start, line, found.end));
}
