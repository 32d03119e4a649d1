import * as vscode from "vscode";
import { registerChecks } from "./configDiagnostics.ts";
import { registerDocumentation } from "./documentation.ts";
import { createFiles } from "../../../extension/project/vscode/unikernelFiles.ts";
import { registerSpelling } from "./spelling.ts";
import type { LanguageContext } from "./languageContext.ts";
import { registerLenses } from "./lenses.ts";
import { registerNavigation } from "./navigation.ts";
import { registerOptionActions } from "./optionActions.ts";

/** Registers the features that use only the sources and the functor graph, no language server. */
export function createFeatures(context: LanguageContext): vscode.Disposable {
  const files = createFiles(context.projects);
  return vscode.Disposable.from(
    files,
    registerNavigation(files),
    registerChecks(files, context),
    registerSpelling(files),
    registerLenses(files, context),
    registerDocumentation(files, context),
    registerOptionActions(context.projects, context.mirageVersion),
  );
}
