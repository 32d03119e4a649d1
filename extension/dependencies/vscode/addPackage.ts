import * as vscode from "vscode";
import { readConfigSource } from "../../mirage/config/parseConfig.ts";
import { packageEdits } from "../../mirage/config/packageEdits.ts";
import { projectFor } from "../../project/vscode/pickProject.ts";
import type { Projects } from "../../project/vscode/projects.ts";
import { t } from "../../protocol/l10n.ts";
import { groupPackages } from "../libraryGroups.ts";
import { packageCatalogue, type CatalogueContext } from "./packageCatalogue.ts";

/** Lets the user search the packages of the repositories, and adds one to config.ml as one edit. */
export async function addPackage(
  projects: Projects,
  context: CatalogueContext,
  invokedOn: unknown,
): Promise<void> {
  const project = await projectFor(projects, invokedOn);
  if (!project) return;
  const items = packageCatalogue(context, project).then((packages) =>
    groupPackages(packages).flatMap(({ label: group, packages: members }): vscode.QuickPickItem[] => [
      { label: group, kind: vscode.QuickPickItemKind.Separator },
      ...members.map(({ name, versions, synopsis }) => ({
        label: name,
        // The field is a word to search for.
        description: [versions[0], group].filter(Boolean).join(" · "),
        detail: synopsis,
      })),
    ]),
  );
  const chosen = await vscode.window.showQuickPick(items, {
    title: t("Add Package to {0}", project.name),
    placeHolder: t("Search by name, words or field"),
    matchOnDescription: true,
    matchOnDetail: true,
  });
  if (!chosen) return;
  const document = await vscode.workspace.openTextDocument(project.configFile);
  const source = readConfigSource(document.getText());
  if (source.packages.some(({ name }) => name.value === chosen.label)) {
    await vscode.window.showInformationMessage(t("{0} already lists {1}.", project.configFile, chosen.label));
    return;
  }
  const edits = packageEdits(source, { package: chosen.label, sublib: undefined });
  await vscode.window.showTextDocument(document);
  if (!edits) {
    await vscode.window.showErrorMessage(
      t(
        'Could not add {0}, because the list of packages is computed. Add package "{0}" to it yourself.',
        chosen.label,
      ),
    );
    return;
  }
  const edit = new vscode.WorkspaceEdit();
  for (const { span, text } of edits)
    edit.replace(
      document.uri,
      new vscode.Range(document.positionAt(span.start), document.positionAt(span.end)),
      text,
    );
  await vscode.workspace.applyEdit(edit);
}
