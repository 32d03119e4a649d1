import { dirname, sep } from "node:path";
import * as vscode from "vscode";

/**
 * Definitions as the server gives them; but from config.ml into a library, the interface: what a
 * combinator means and takes is written in mirage.mli, not in its implementation.
 */
export async function definitionIn(
  document: vscode.TextDocument,
  configFile: string | undefined,
  position: vscode.Position,
  ask: () => Promise<vscode.Definition | vscode.DefinitionLink[] | null | undefined>,
): Promise<vscode.Definition | vscode.DefinitionLink[] | null | undefined> {
  const given = await ask();
  if (configFile === undefined || document.uri.fsPath !== configFile || !given) return given;
  const [first] = Array.isArray(given) ? given : [given];
  const target = first && ("targetUri" in first ? first.targetUri : first.uri);
  if (!target || target.fsPath.startsWith(dirname(configFile) + sep)) return given;
  const declared = await vscode.commands.executeCommand<(vscode.Location | vscode.LocationLink)[]>(
    "vscode.executeDeclarationProvider",
    document.uri,
    position,
  );
  const locations = declared.map((one) =>
    "targetUri" in one
      ? new vscode.Location(one.targetUri, one.targetSelectionRange ?? one.targetRange)
      : one,
  );
  return locations.length > 0 ? locations : given;
}
