import * as vscode from "vscode";
import {
  showErrorMessage,
  showInformationMessage,
  showWarningMessage,
} from "../../platform/vscode/messages.ts";
import { confirmChanges } from "../../project/vscode/changePreview.ts";
import { projectFor } from "../../project/vscode/pickProject.ts";
import type { Project, Projects } from "../../project/vscode/projects.ts";
import { createFiles, type TextFile } from "../../project/vscode/unikernelFiles.ts";
import type { Toolchain } from "../../toolchain/vscode/toolchain.ts";
import { t } from "../../protocol/l10n.ts";
import { migrateUnikernel } from "../migrate.ts";
import { reportRemaining, type MigratedFile } from "./remainingProblems.ts";

/** What the command needs. */
export interface MigrateContext {
  readonly projects: Projects;
  readonly toolchain: Toolchain;
}

/**
 * Migrates a unikernel to the installed mirage: shows the changes of all files, applies them as one edit after
 * confirmation, and lists in the Problems panel what the user has to decide. Returns whether it applied changes.
 */
export async function migrate({ projects, toolchain }: MigrateContext, invokedOn: unknown): Promise<boolean> {
  const project = await projectFor(projects, invokedOn);
  if (!project) return false;
  const version = await toolchain.mirageVersion(project).catch(() => undefined);
  if (version === undefined) {
    const setup = t("Check Setup");
    const message = t(
      "Could not migrate {0}, because the version of mirage is unknown. Install mirage first.",
      project.name,
    );
    if ((await showErrorMessage(message, setup)) === setup)
      await vscode.commands.executeCommand("mirageos.checkSetup");
    return false;
  }
  const before = await migrationsOf(project, projects, version);
  if (!before) {
    await showErrorMessage(t("Could not read {0}.", project.configFile));
    return false;
  }
  const changed = before.filter(({ migration }) => migration.edits.length > 0);
  if (changed.length === 0) return reportUnchanged(project, version, before);
  const title = t("Migrate {0} to mirage {1}", project.name, version);
  const question = t("Migrate {0} to mirage {1}? You can undo this.", project.name, version);
  const preview = changed.map(({ file, migration }) => ({ uri: file.uri, text: migration.text }));
  if (!(await confirmChanges(title, question, t("Migrate"), preview))) return false;

  // Computed again, because the files may have changed while the user reviewed the changes.
  const now = (await migrationsOf(project, projects, version)) ?? [];
  const edit = new vscode.WorkspaceEdit();
  for (const { file, migration } of now)
    for (const { span, text } of migration.edits) edit.replace(file.uri, file.range(span), text);
  // The files are shown, since unsaved changes in files that nobody sees are easily lost.
  for (const { file, migration } of now.toReversed())
    if (migration.edits.length > 0) await vscode.window.showTextDocument(file.uri, { preview: false });
  if (!(await vscode.workspace.applyEdit(edit, { isRefactoring: true }))) {
    await showErrorMessage(t("Could not change the files of {0}.", project.name));
    return false;
  }
  const remaining = reportRemaining(now, version);
  await showResult(project, version, remaining);
  return true;
}

async function migrationsOf(
  project: Project,
  projects: Projects,
  version: string,
): Promise<readonly MigratedFile[] | undefined> {
  const files = createFiles(projects);
  try {
    const [read, sources] = await Promise.all([files.of(project), files.all(project)]);
    if (!read) return undefined;
    const { config } = read;
    const modules = [...new Map([...sources.values()].map((each) => [each.uri.fsPath, each])).values()];
    const input = (file: TextFile) => ({ path: file.uri.fsPath, text: file.text });
    const inputs = await Promise.all(
      modules.map(async (file) => ({ ...input(file), hasInterface: await hasInterface(file.uri) })),
    );
    const migrations = migrateUnikernel(input(config), inputs, version);
    return migrations.flatMap((migration, i) => {
      const file = i === 0 ? config : modules[i - 1];
      return file ? [{ file, isConfig: i === 0, migration }] : [];
    });
  } finally {
    files.dispose();
  }
}

const hasInterface = async (source: vscode.Uri): Promise<boolean> =>
  vscode.workspace.fs.stat(source.with({ path: `${source.path}i` })).then(
    () => true,
    () => false,
  );

async function reportUnchanged(
  project: Project,
  version: string,
  files: readonly MigratedFile[],
): Promise<false> {
  const remaining = reportRemaining(files, version);
  if (remaining > 0) await showResult(project, version, remaining);
  else
    await showInformationMessage(
      t("{0} already uses the API of mirage {1}. There is nothing to migrate.", project.name, version),
    );
  return false;
}

async function showResult(project: Project, version: string, remaining: number): Promise<void> {
  if (remaining === 0) {
    const configure = t("Configure");
    const message = t("Migrated {0} to mirage {1}.", project.name, version);
    if ((await showInformationMessage(message, configure)) !== configure) return;
    await vscode.workspace.saveAll(false);
    await vscode.commands.executeCommand("mirageos.configure", project);
    return;
  }
  const problems = t("Show Problems");
  const message =
    remaining === 1
      ? t("1 place in {0} must be changed by hand for mirage {1}.", project.name, version)
      : t("{2} places in {0} must be changed by hand for mirage {1}.", project.name, version, remaining);
  if ((await showWarningMessage(message, problems)) === problems)
    await vscode.commands.executeCommand("workbench.actions.view.problems");
}
