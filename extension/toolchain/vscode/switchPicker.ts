import { getSetting, updateSetting } from "../../platform/vscode/settings.ts";
import { homedir } from "node:os";
import * as vscode from "vscode";
import { ProblemError } from "../../platform/errors.ts";
import { showProblem } from "../../platform/vscode/showProblem.ts";
import type { Projects } from "../../project/vscode/projects.ts";
import { defaultScope, type Toolchain } from "./toolchain.ts";
import { t } from "../../protocol/l10n.ts";

/** Shows a picker of opam switches and writes the choice to the setting `mirageos.switch`. */
export async function selectSwitch(projects: Projects, toolchain: Toolchain): Promise<void> {
  const scope = projects.selected() ?? defaultScope(homedir());
  try {
    const switches = await vscode.window.withProgress(
      { location: vscode.ProgressLocation.Window, title: t("Listing opam switches") },
      () => toolchain.switches(scope),
    );
    const folder = vscode.Uri.file(scope.workspaceFolder);
    const configured = getSetting("switch", folder);
    const auto = {
      label: t("auto"),
      description: configured === "auto" ? t("in use") : "",
      detail: t("Use the OCaml Platform's switch, then a local switch, opam's current switch, or PATH"),
    };
    const listed = "code" in switches ? [] : switches;
    const items = listed.map(({ name, current }) => ({
      label: name,
      description: [name === configured && t("in use"), current && t("opam's current switch")]
        .filter(Boolean)
        .join(", "),
      detail: "",
    }));
    const placeHolder =
      "code" in switches
        ? switches.message
        : t("Choose the switch that provides mirage, dune and the other tools");
    const chosen = await vscode.window.showQuickPick([auto, ...items], {
      title: t("Select Switch"),
      placeHolder,
    });
    if (!chosen || chosen.label === configured) return;
    const target = vscode.workspace.workspaceFolders
      ? vscode.ConfigurationTarget.Workspace
      : vscode.ConfigurationTarget.Global;
    await updateSetting("switch", chosen.label === "auto" ? undefined : chosen.label, folder, target);
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    await showProblem(error.problem);
  }
}
