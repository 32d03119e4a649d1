import { homedir } from "node:os";
import * as vscode from "vscode";
import { ProblemError } from "../../platform/errors.ts";
import { tell } from "../../platform/vscode/tell.ts";
import type { Projects } from "../../project/vscode/projects.ts";
import { defaultPlace, type Toolchain } from "./toolchain.ts";

/** Asks for the opam switch to use and writes it to the setting `mirageos.switch`. */
export async function selectSwitch(projects: Projects, toolchain: Toolchain): Promise<void> {
  const place = projects.selected() ?? defaultPlace(homedir());
  try {
    const found = await vscode.window.withProgress(
      { location: vscode.ProgressLocation.Window, title: "Listing opam switches" },
      () => toolchain.switches(place),
    );
    const scope = vscode.Uri.file(place.workspaceFolder);
    const setting = vscode.workspace.getConfiguration("mirageos", scope);
    const now = setting.get("switch", "auto");
    const auto = {
      label: "auto",
      description: now === "auto" ? "in use" : "",
      detail: "Follow the OCaml Platform, a local switch, opam's current switch, then PATH",
    };
    const listed = "code" in found ? [] : found;
    const items = listed.map(({ name, current }) => ({
      label: name,
      description: [name === now && "in use", current && "opam's current switch"].filter(Boolean).join(", "),
      detail: "",
    }));
    const placeHolder = "code" in found ? found.message : "Where mirage, dune and the other tools come from";
    const chosen = await vscode.window.showQuickPick([auto, ...items], {
      title: "Select Switch",
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
