import * as vscode from "vscode";
import { registerChecks } from "./checks.ts";
import { registerDocumentation } from "./documentation.ts";
import { createFiles } from "./files.ts";
import type { LanguageParts } from "./language.ts";
import { registerLenses } from "./lenses.ts";
import { registerNavigation } from "./navigation.ts";
import { registerOptionActions } from "./optionActions.ts";

/** All that is known of config.ml and unikernel.ml from their texts and the functor graph. */
export function createFeatures(parts: LanguageParts): vscode.Disposable {
  const files = createFiles(parts.projects);
  return vscode.Disposable.from(
    files,
    registerNavigation(files),
    registerChecks(files, parts),
    registerLenses(files, parts),
    registerDocumentation(files, parts),
    registerOptionActions(parts.projects, parts.mirageVersion),
  );
}
