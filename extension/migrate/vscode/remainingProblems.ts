import * as vscode from "vscode";
import { sourceRanges } from "../../ocaml/sourceRange.ts";
import { editorRange } from "../../platform/vscode/editorRange.ts";
import { remainingUses } from "../remaining.ts";
import type { TextFile } from "../../project/vscode/unikernelFiles.ts";
import type { FileMigration } from "../migrate.ts";

/** A file of a unikernel with its migration. */
export interface MigratedFile {
  readonly file: TextFile;
  readonly isConfig: boolean;
  readonly migration: FileMigration;
}

let collection: vscode.DiagnosticCollection | undefined;
/** What finds the uses in a file that is reported, by its URI. */
const reported = new Map<string, (text: string) => vscode.Diagnostic[]>();

/**
 * Lists in the Problems panel what no rule replaces, and updates the list as the user edits these files. Returns
 * the number of places.
 */
export function reportRemaining(files: readonly MigratedFile[], version: string): number {
  collection ??= watch();
  let count = 0;
  for (const { file, isConfig, migration } of files) {
    count += migration.remaining.length;
    if (migration.remaining.length === 0 && !reported.has(file.uri.toString())) continue;
    const find = (text: string) => diagnosticsOf(text, isConfig, version);
    reported.set(file.uri.toString(), find);
    collection.set(file.uri, find(migration.text));
  }
  return count;
}

function diagnosticsOf(text: string, isConfig: boolean, version: string): vscode.Diagnostic[] {
  const rangeOf = sourceRanges(text);
  return remainingUses(text, isConfig, version).map(({ span, message }) => {
    const range = editorRange(rangeOf(span.start, span.end));
    const diagnostic = new vscode.Diagnostic(range, message, vscode.DiagnosticSeverity.Warning);
    diagnostic.source = "mirage: migration";
    return diagnostic;
  });
}

/** Both live as long as the extension host: the collection is empty once all places are changed. */
function watch(): vscode.DiagnosticCollection {
  const made = vscode.languages.createDiagnosticCollection("mirageos migration");
  vscode.workspace.onDidChangeTextDocument(({ document }) => {
    const find = reported.get(document.uri.toString());
    if (find) made.set(document.uri, find(document.getText()));
  });
  return made;
}
