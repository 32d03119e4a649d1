import { stat } from "node:fs/promises";
import { join } from "node:path";
import * as vscode from "vscode";
import { readText } from "../../../extension/platform/readText.ts";
import type { Project } from "../../../extension/project/vscode/projects.ts";
import { modulesBelow } from "../../../extension/project/duniverse.ts";
import { lockedVersions, providersOf, unboundModule } from "../../../extension/mirage/modules.ts";
import { packageEdits } from "../../../extension/mirage/config/packageEdits.ts";
import type { UnikernelFiles } from "../../../extension/project/vscode/unikernelFiles.ts";
import { t } from "../../../extension/protocol/l10n.ts";

/** The packages of the project's lock file with their versions; empty without a lock file. */
export async function lockedPackages(project: Project): Promise<ReadonlyMap<string, string>> {
  const { lockFile } = project.state;
  const text = lockFile === undefined ? undefined : await readText(lockFile);
  return lockedVersions(text ?? "");
}

/** The result for one state of the folder `duniverse`, which each fetch recreates. */
let cached: { readonly key: string; readonly modules: ReturnType<typeof modulesBelow> } | undefined;

/** The modules of the libraries that were fetched for a unikernel. Reads the sources once for each fetch. */
async function fetchedModules({
  buildDir,
  state,
}: Project): Promise<Awaited<ReturnType<typeof modulesBelow>>> {
  const folder = join(buildDir, "duniverse");
  const time = state.pulled ? (await stat(folder).catch(() => undefined))?.mtimeMs : undefined;
  if (time === undefined) return new Map();
  const key = `${folder} ${time}`;
  if (cached?.key !== key) cached = { key, modules: modulesBelow(folder) };
  return cached.modules;
}

/** Actions that add a package to config.ml for each module that a server or the compiler does not find. */
export async function packageActions(
  { project, config, sources }: UnikernelFiles,
  diagnostics: readonly vscode.Diagnostic[],
): Promise<vscode.CodeAction[]> {
  const unbound = diagnostics.flatMap((diagnostic) => {
    const module = unboundModule(diagnostic.message);
    return module === undefined || sources.has(module) ? [] : [{ diagnostic, module }];
  });
  if (unbound.length === 0) return [];
  const locked = await lockedPackages(project);
  const fetched = await fetchedModules(project);
  return unbound.flatMap(({ diagnostic, module }) =>
    (fetched.get(module) ?? providersOf(module, locked)).flatMap((provider) => {
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
