import * as vscode from "vscode";
import { inlineNames } from "../../../debugger/inspect/inlineNames.ts";

/**
 * The variables whose values VS Code shows at the ends of lines while a unikernel is stopped. They are expressions,
 * because VS Code leaves out those that cannot be evaluated, and not variables that are not available.
 */
export function provideInlineValues(
  document: vscode.TextDocument,
  viewPort: vscode.Range,
  { stoppedLocation }: vscode.InlineValueContext,
): vscode.InlineValue[] {
  // Another extension debugs OCaml too.
  if (vscode.debug.activeDebugSession?.type !== "mirage") return [];
  return inlineNames(document.getText(), stoppedLocation.end.line)
    .filter(({ line }) => line >= viewPort.start.line && line <= viewPort.end.line)
    .map(({ name, line, column }) => {
      const range = new vscode.Range(line, column, line, column + name.length);
      return new vscode.InlineValueEvaluatableExpression(range, name);
    });
}
