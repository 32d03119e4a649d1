import * as vscode from "vscode";
import { createFiles } from "../../../language-bridge/vscode/files.ts";
import { projectFor } from "../../project/vscode/pick.ts";
import { deviceTypes } from "../../../language-bridge/deviceTypes.ts";
import { addDevice as additionOf } from "../addDevice.ts";
import { offersFor } from "../offers.ts";
import type { ScaffoldParts } from "./newUnikernel.ts";
import { t } from "../../platform/l10n.ts";

/**
 * Asks which device to add and shows the changes of config.ml and unikernel.ml for confirmation, as one
 * edit. True when they were made.
 */
export async function addDevice(
  { projects, toolchain }: Pick<ScaffoldParts, "projects" | "toolchain">,
  invokedOn: unknown,
): Promise<boolean> {
  const project = await projectFor(projects, invokedOn);
  if (!project) return false;
  const mirage = await toolchain.mirageVersion(project).catch(() => undefined);
  const items = offersFor(mirage).map((offer) => ({
    label: offer.title,
    description: `${offer.type} · ${deviceTypes[offer.type]?.signature ?? ""}`,
    detail: offer.detail,
    offer,
  }));
  const chosen = await vscode.window.showQuickPick(items, {
    title: t("Add Device: {0}", project.name),
    placeHolder: t("What the unikernel gets; the changes are shown before they are made"),
    matchOnDescription: true,
    matchOnDetail: true,
  });
  if (!chosen) return false;

  const files = createFiles(projects);
  try {
    // Read only now: the files may have been edited while the list was open.
    const read = await files.of(project);
    if (!read) {
      await vscode.window.showErrorMessage(t("{0} cannot be read.", project.configFile));
      return false;
    }
    const { config, sources } = read;
    const added = additionOf({ config, source: (name) => sources.get(name) }, chosen.offer);
    if (added.kind === "impossible") {
      await vscode.window.showWarningMessage(t("{0} was not added. {1}", chosen.label, added.reason));
      return false;
    }
    const edit = new vscode.WorkspaceEdit();
    for (const change of added.edits) {
      const file = change.file === "config" ? config : sources.get(added.module);
      if (!file) continue;
      const about = { needsConfirmation: true, label: t("Add {0} to {1}", chosen.label, project.name) };
      edit.replace(file.uri, file.range(change.span), change.text, about);
    }
    return await vscode.workspace.applyEdit(edit, { isRefactoring: true });
  } finally {
    files.dispose();
  }
}
