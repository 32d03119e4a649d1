import { basename } from "node:path";
import * as vscode from "vscode";
import { showInformationMessage } from "../../platform/vscode/messages.ts";
import { shellCommand } from "../../platform/shellQuote.ts";
import { t } from "../../protocol/l10n.ts";
import { canChooseFolder, type ConfigureFolder } from "../configureFolder.ts";
import type { RootLocation } from "../locateRoot.ts";
import type { Project, Projects } from "./projects.ts";

/**
 * Makes sure that the folder in which mirage runs is chosen before a job. Where files of the project disagree
 * about it, the user chooses once. Resolves to the project with its root, or to undefined if the user
 * dismissed the prompt.
 */
export async function settleRoot(projects: Projects, project: Project): Promise<Project | undefined> {
  if (!canChooseFolder(project.configFile, project.workspaceFolder)) return project;
  const { locateRoot } = await import("../locateRoot.ts");
  const located = await locateRoot(project.configFile, project.workspaceFolder);
  if (located.certainty === "convention") void offerOtherFolder(projects, project);
  if (located.certainty !== "contradictory") return project;
  const folder = await pickFolder(project, located);
  if (folder === undefined) return undefined;
  await projects.setConfigureFolder(project.id, folder);
  return projects.get(project.id) ?? project;
}

interface FolderItem extends vscode.QuickPickItem {
  readonly folder: ConfigureFolder;
}

async function pickFolder(
  { name, root }: Project,
  { folder, evidence }: RootLocation,
): Promise<ConfigureFolder | undefined> {
  const described = {
    configFolder: { label: t("In mirage/"), description: shellCommand(["mirage", "configure"]) },
    parentFolder: {
      label: t("In the folder above"),
      description: shellCommand(["mirage", "configure", "-f", "mirage/config.ml"]),
    },
  };
  const item = (each: ConfigureFolder): FolderItem => ({
    ...described[each],
    detail: t("As in {0}", evidence[each].join(", ")),
    folder: each,
  });
  const other = folder === "configFolder" ? "parentFolder" : "configFolder";
  const chosen = await vscode.window.showQuickPick([item(folder), item(other)], {
    title: t("Configure {0}", name),
    placeHolder: t("Select the folder in which mirage runs in {0}", basename(root)),
    ignoreFocusOut: true,
  });
  return chosen?.folder;
}

/** Says once that mirage runs above `mirage/`, where no file of the project says otherwise, and offers the other folder. */
async function offerOtherFolder(projects: Projects, { id, name }: Project): Promise<void> {
  if (projects.memory.knowsConvention(id)) return;
  await projects.memory.setKnowsConvention(id);
  const [inside, settings] = [t("Configure in mirage/"), t("Open Settings")];
  const answer = await showInformationMessage(
    t("{0} is configured from the folder above mirage/.", name),
    inside,
    settings,
  );
  if (answer === inside) await projects.setConfigureFolder(id, "configFolder");
  if (answer === settings)
    await vscode.commands.executeCommand("workbench.action.openSettings", "mirageos.configureFrom");
}
