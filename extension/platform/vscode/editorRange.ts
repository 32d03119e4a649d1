import * as vscode from "vscode";

/** Zero-based lines, columns in UTF-16 units, the end exclusive. */
interface TextRange {
  readonly startLine: number;
  readonly startColumn: number;
  readonly endLine: number;
  readonly endColumn: number;
}

/** The range in VS Code's form. */
export const editorRange = ({ startLine, startColumn, endLine, endColumn }: TextRange): vscode.Range =>
  new vscode.Range(startLine, startColumn, endLine, endColumn);
