import * as vscode from "vscode";

/** The diagnostics of each file, by its path. */
type FileDiagnostics = readonly (readonly [file: string, diagnostics: readonly vscode.Diagnostic[]])[];

/**
 * Shows the diagnostics that `find` returns, whenever the returned `check` is called. Of checks that overlap, only the
 * last one is shown, and only if it differs from what is shown.
 */
export function createDiagnosticsCheck(
  collection: vscode.DiagnosticCollection,
  find: () => Promise<FileDiagnostics>,
): () => Promise<void> {
  let generation = 0;
  let published = "[]";
  return async () => {
    const current = ++generation;
    const found = await find();
    const signature = JSON.stringify(found);
    if (current !== generation || signature === published) return;
    published = signature;
    collection.clear();
    for (const [file, diagnostics] of found) collection.set(vscode.Uri.file(file), diagnostics);
  };
}
