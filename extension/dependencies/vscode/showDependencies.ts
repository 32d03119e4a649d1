import * as vscode from "vscode";
import { showInformationMessage } from "../../platform/vscode/messages.ts";
import { projectFor } from "../../project/vscode/pickProject.ts";
import type { Project, Projects } from "../../project/vscode/projects.ts";
import { t } from "../../protocol/l10n.ts";
import { orderLabel, orderPackages, packageOrders, type PackageOrder } from "../rows/packageOrder.ts";
import { packageDetails, packageSummary, type PackageFacts } from "../rows/packageText.ts";
import { repositoryFacts, type CatalogueContext } from "./packageCatalogue.ts";
import { readDependencies, type Dependency } from "./projectDependencies.ts";

type Package = Dependency & PackageFacts;
type Item = vscode.QuickPickItem & { readonly package?: Package };
type Button = vscode.QuickInputButton & { readonly command: string };

/** How the user sorted the list last. */
let order: PackageOrder = "name";

/**
 * Lists the packages of a unikernel's lock file, to filter by any word of what is known about them and to sort. A choice
 * shows what can be done with the package.
 */
export async function showDependencies(
  projects: Projects,
  context: CatalogueContext,
  invokedOn: unknown,
): Promise<void> {
  const project = await projectFor(projects, invokedOn);
  if (!project) return;
  const found = await readDependencies(project);
  if (!found) {
    const lock = t("Lock");
    const message = t("{0} has no lock file yet, so its dependencies are not known.", project.name);
    if ((await showInformationMessage(message, lock)) === lock)
      await vscode.commands.executeCommand("mirageos.lock", vscode.Uri.file(project.configFile));
    return;
  }
  const picker = vscode.window.createQuickPick<Item>();
  let isOpen = true;
  const show = (): void => {
    if (!isOpen) return;
    const listed = repositoryFacts(context, project, show)?.packages;
    const packages = found.dependencies.map((each) => ({ ...each, listed: listed?.get(each.locked.name) }));
    picker.items = orderPackages(packages, order).flatMap(({ label, packages: members }): Item[] => [
      ...(label === "" ? [] : [{ label, kind: vscode.QuickPickItemKind.Separator }]),
      ...members.map(itemOf),
    ]);
    picker.placeholder = t("Sorted by {0}. Type to filter.", orderLabel(order));
  };
  picker.title = t("Dependencies of {0}", project.name);
  picker.matchOnDescription = true;
  picker.matchOnDetail = true;
  picker.buttons = [{ iconPath: new vscode.ThemeIcon("sort-precedence"), tooltip: t("Sort") }];
  show();
  const chosen = await new Promise<Package | undefined>((resolve) => {
    picker.onDidTriggerButton(() => {
      order = packageOrders[(packageOrders.indexOf(order) + 1) % packageOrders.length] ?? "name";
      show();
    });
    picker.onDidTriggerItemButton(({ item, button }) => {
      if (!item.package || !("command" in button)) return;
      const { command } = button as Button;
      void run(project, item.package, command);
      if (command !== "mirageos.copyPackage") picker.hide();
    });
    picker.onDidAccept(() => resolve(picker.selectedItems[0]?.package));
    picker.onDidHide(() => resolve(undefined));
    picker.show();
  });
  isOpen = false;
  picker.dispose();
  if (chosen) await showPackage(project, chosen);
}

function itemOf(each: Package): Item {
  const { locked, path, file, vulnerabilities } = each;
  const sign = vulnerabilities.length > 0 ? "$(warning) " : "";
  const required = path.length > 0 ? ["config.ml", ...path].join(" → ") : "";
  return {
    label: `${sign}${locked.name}`,
    description: packageSummary(each),
    detail: [required, file?.licence, file?.synopsis].filter(Boolean).join(" · "),
    buttons: actionsOf(each).filter(({ command }) => command !== "mirageos.updatePackage"),
    package: each,
  };
}

/** What can be done with a package, as the menu of its row. */
function actionsOf({ sources, file, locked }: Package): Button[] {
  const action = (icon: string, tooltip: string, command: string): Button => ({
    iconPath: new vscode.ThemeIcon(icon),
    tooltip,
    command,
  });
  return [
    ...(sources === undefined ? [] : [action("folder-opened", t("Show Sources"), "mirageos.revealPackage")]),
    ...((file?.homepage ?? locked.source?.page) === undefined
      ? []
      : [action("link-external", t("Open Homepage"), "mirageos.openPackagePage")]),
    action("copy", t("Copy Name and Version"), "mirageos.copyPackage"),
    ...(sources === undefined ? [] : [action("arrow-up", t("Update Package"), "mirageos.updatePackage")]),
  ];
}

/** Shows the actions of a package and what is known about it; a detail is copied, or its page opened. */
async function showPackage(project: Project, each: Package): Promise<void> {
  const { name, version } = each.locked;
  const actions = actionsOf(each).map(({ tooltip = "", command, iconPath }) => ({
    label: tooltip,
    iconPath,
    act: () => run(project, each, command),
  }));
  const details = packageDetails(each).map(({ label, text, page }) => ({
    label,
    description: text,
    act: () =>
      page === undefined
        ? vscode.env.clipboard.writeText(text)
        : vscode.env.openExternal(vscode.Uri.parse(page)),
  }));
  const separator = { label: t("Details"), kind: vscode.QuickPickItemKind.Separator, act: () => undefined };
  const chosen = await vscode.window.showQuickPick([...actions, separator, ...details], {
    title: `${name} ${version}`,
    placeHolder: t("Choose what to do; a detail is copied"),
    matchOnDescription: true,
  });
  await chosen?.act();
}

/** Runs a command of the menu of a package's row. */
const run = (project: Project, { locked, sources, file }: Package, command: string): Thenable<unknown> =>
  vscode.commands.executeCommand(command, {
    id: project.id,
    value: {
      name: locked.name,
      text: `${locked.name}.${locked.version}`,
      sources,
      page: file?.homepage ?? locked.source?.page,
    },
  });
