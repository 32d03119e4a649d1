import { dirname, sep } from "node:path";
import * as vscode from "vscode";

/**
 * The definitions that the server returns (`query`), except for names of libraries in config.ml: for
 * these it returns the interface, because combinators are documented in mirage.mli, not in its
 * implementation.
 */
export async function definitionIn(
  document: vscode.TextDocument,
  configFile: string | undefined,
  position: vscode.Position,
  query: () => Promise<vscode.Definition | vscode.DefinitionLink[] | null | undefined>,
): Promise<vscode.Definition | vscode.DefinitionLink[] | null | undefined> {
  const definitions = await query();
  if (configFile === undefined || document.uri.fsPath !== configFile || !definitions) return definitions;
  const [first] = Array.isArray(definitions) ? definitions : [definitions];
  const target = first && ("targetUri" in first ? first.targetUri : first.uri);
  if (!target || target.fsPath.startsWith(dirname(configFile) + sep)) return definitions;
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
  return locations.length > 0 ? locations : definitions;
}
