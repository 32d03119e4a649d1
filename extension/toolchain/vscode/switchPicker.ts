import { homedir } from "node:os";
import * as vscode from "vscode";
import { ProblemError } from "../../platform/errors.ts";
import { tell } from "../../platform/vscode/tell.ts";
import type { Projects } from "../../project/vscode/projects.ts";
import { defaultPlace, type Toolchain } from "./toolchain.ts";
import { t } from "../../platform/l10n.ts";

/** Asks for the opam switch to use and writes it to the setting `mirageos.switch`. */
export async function selectSwitch(projects: Projects, toolchain: Toolchain): Promise<void> {
  const place = projects.selected() ?? defaultPlace(homedir());
  try {
    const found = await vscode.window.withProgress(
      { location: vscode.ProgressLocation.Window, title: t("Listing opam switches") },
      () => toolchain.switches(place),
    );
    const scope = vscode.Uri.file(place.workspaceFolder);
    const setting = vscode.workspace.getConfiguration("mirageos", scope);
    const now = setting.get("switch", "auto");
    const auto = {
      label: t("auto"),
      description: now === "auto" ? t("in use") : "",
      detail: t("Follow the OCaml Platform, a local switch, opam's current switch, then PATH"),
    };
    const listed = "code" in found ? [] : found;
    const items = listed.map(({ name, current }) => ({
      label: name,
      description: [name === now && t("in use"), current && t("opam's current switch")]
        .filter(Boolean)
        .join(", "),
      detail: "",
    }));
    const placeHolder =
      "code" in found ? found.message : t("Where mirage, dune and the other tools come from");
    const chosen = await vscode.window.showQuickPick([auto, ...items], {
      title: t("Select Switch"),
      placeHolder,
    });
    if (!chosen || chosen.label === now) return;
    const target = vscode.workspace.workspaceFolders
      ? vscode.ConfigurationTarget.Workspace
      : vscode.ConfigurationTarget.Global;
    await setting.update("switch", chosen.label === "auto" ? undefined : chosen.label, target);
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    await tell(error.problem);
  }
}
