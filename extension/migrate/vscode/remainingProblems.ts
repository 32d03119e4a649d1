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
/** The files whose uses are reported, with whether each is a config.ml. */
const reported = new Map<string, boolean>();

/**
 * Lists in the Problems panel what no rule replaces, and updates the list as the user edits these files. Returns
 * the number of places.
 */
export function reportRemaining(files: readonly MigratedFile[], version: string): number {
  collection ??= watch(version);
  let count = 0;
  for (const { file, isConfig, migration } of files) {
    count += migration.remaining.length;
    if (migration.remaining.length === 0 && !reported.has(file.uri.toString())) continue;
    reported.set(file.uri.toString(), isConfig);
    collection.set(file.uri, diagnosticsOf(migration.text, isConfig, version));
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
function watch(version: string): vscode.DiagnosticCollection {
  const made = vscode.languages.createDiagnosticCollection("mirageos migration");
  vscode.workspace.onDidChangeTextDocument(({ document }) => {
    const isConfig = reported.get(document.uri.toString());
    if (isConfig !== undefined) made.set(document.uri, diagnosticsOf(document.getText(), isConfig, version));
  });
  return made;
}
