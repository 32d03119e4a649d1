import * as vscode from "vscode";
import { showErrorMessage, showInformationMessage } from "../../platform/vscode/messages.ts";
import { readConfigSource } from "../../mirage/config/parseConfig.ts";
import { packageEdits } from "../../mirage/config/packageEdits.ts";
import { projectFor } from "../../project/vscode/pickProject.ts";
import type { Project, Projects } from "../../project/vscode/projects.ts";
import { t } from "../../protocol/l10n.ts";
import { groupPackages, searchGroups, type PackageGroup } from "../libraryGroups.ts";
import type { CataloguePackage } from "../catalogue.ts";
import { packageCatalogue, type CatalogueContext } from "./packageCatalogue.ts";

/** Lets the user search the packages of the repositories, and adds one to config.ml as one edit. */
export async function addPackage(
  projects: Projects,
  context: CatalogueContext,
  invokedOn: unknown,
): Promise<void> {
  const project = await projectFor(projects, invokedOn);
  if (!project) return;
  const chosen = await pickPackage(project, packageCatalogue(context, project));
  if (!chosen) return;
  const document = await vscode.workspace.openTextDocument(project.configFile);
  const source = readConfigSource(document.getText());
  if (source.packages.some(({ name }) => name.value === chosen)) {
    await showInformationMessage(t("{0} already lists {1}.", project.configFile, chosen));
    return;
  }
  const edits = packageEdits(source, { package: chosen, sublib: undefined });
  await vscode.window.showTextDocument(document);
  if (!edits) {
    await showErrorMessage(
      t(
        'Could not add {0}, because the list of packages is computed. Add package "{0}" to it yourself.',
        chosen,
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

/** Prompts for a package. VS Code's own filter would find adjacent words only. */
async function pickPackage(
  project: Project,
  packages: Promise<readonly CataloguePackage[]>,
): Promise<string | undefined> {
  const picker = vscode.window.createQuickPick<PackageItem>();
  picker.title = t("Add Package to {0}", project.name);
  picker.placeholder = t("Search by name, words or field");
  picker.busy = true;
  let groups: readonly PackageGroup[] = [];
  const update = () => {
    picker.items = searchGroups(groups, picker.value).flatMap(itemsOf);
  };
  picker.onDidChangeValue(update);
  picker.show();
  void packages.then((all) => {
    groups = groupPackages(all);
    picker.busy = false;
    update();
  });
  const chosen = await new Promise<string | undefined>((resolve) => {
    picker.onDidAccept(() => {
      const name = picker.selectedItems[0]?.name;
      if (name !== undefined) resolve(name);
    });
    picker.onDidHide(() => resolve(undefined));
  });
  picker.dispose();
  return chosen;
}

interface PackageItem extends vscode.QuickPickItem {
  /** Undefined for the label of a group. */
  readonly name?: string;
}

function itemsOf({ label: group, packages }: PackageGroup): PackageItem[] {
  return [
    { label: group, kind: vscode.QuickPickItemKind.Separator },
    ...packages.map(({ name, versions, synopsis }) => ({
      name,
      label: name,
      description: [versions[0], group].filter(Boolean).join(" · "),
      detail: synopsis,
      alwaysShow: true,
    })),
  ];
}
