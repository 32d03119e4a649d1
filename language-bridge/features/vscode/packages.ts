import { join } from "node:path";
import * as vscode from "vscode";
import { readText } from "../../../extension/platform/readText.ts";
import type { Project } from "../../../extension/project/vscode/projects.ts";
import { createModuleIndex, type LibraryPlaces } from "../../../extension/project/libraries/moduleIndex.ts";
import { lockedVersions, missingModule } from "../../../extension/mirage/modules.ts";
import { packageEdits } from "../../../extension/mirage/config/packageEdits.ts";
import type { UnikernelFiles } from "../../../extension/project/vscode/unikernelFiles.ts";
import { duneContext } from "../../server/missingLibraries.ts";
import type { LanguageContext } from "./languageContext.ts";
import { t } from "../../../extension/protocol/l10n.ts";

/** The packages of the project's lock file with their versions; empty without a lock file. */
async function lockedPackages(project: Project): Promise<ReadonlyMap<string, string>> {
  const { lockFile } = project.state;
  const text = lockFile === undefined ? undefined : await readText(lockFile);
  return lockedVersions(text ?? "");
}

const findProviders = createModuleIndex();

/** Actions that add a package to config.ml for each module that a server or the compiler does not find. */
export async function packageActions(
  { project, config, sources }: UnikernelFiles,
  diagnostics: readonly vscode.Diagnostic[],
  libraryFolders: LanguageContext["libraryFolders"],
): Promise<vscode.CodeAction[]> {
  const unbound = diagnostics.flatMap((diagnostic) => {
    const module = missingModule(diagnostic.message);
    return module === undefined || sources.has(module) ? [] : [{ diagnostic, module }];
  });
  if (unbound.length === 0) return [];
  const places: LibraryPlaces = {
    duniverse: join(project.buildDir, "duniverse"),
    installed: () => libraryFolders(project),
    locked: await lockedPackages(project),
    hasUnix: duneContext(project.target) === "default",
  };
  const found = await Promise.all(
    unbound.map(async (each) => ({ ...each, providers: await findProviders(each.module, places) })),
  );
  return found.flatMap(({ diagnostic, module, providers }) =>
    providers.flatMap((provider) => {
      const edits = packageEdits(config.read, provider);
      if (!edits) return [];
      const name =
        provider.sublib === undefined
          ? `package "${provider.package}"`
          : `package "${provider.package}" ~sublibs:[ "${provider.sublib}" ]`;
      const action = new vscode.CodeAction(
        t("Add {0} to config.ml (provides {1})", name, module),
        vscode.CodeActionKind.QuickFix,
      );
      action.diagnostics = [diagnostic];
      action.edit = new vscode.WorkspaceEdit();
      for (const { span, text } of edits) action.edit.replace(config.uri, config.range(span), text);
      return [action];
    }),
  );
}
