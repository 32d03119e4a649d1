import * as vscode from "vscode";
import type { Projects } from "../../project/vscode/projects.ts";
import type { Toolchain } from "./toolchain.ts";

/** The type of the doctor's panel, as VS Code knows it. */
export const doctorViewType = "mirageos.doctor";

/** Lets an open panel survive a reload of the window; its code is loaded only then. */
export function registerDoctorSerializer(
  extensionUri: vscode.Uri,
  projects: Projects,
  toolchain: Toolchain,
): vscode.Disposable {
  return vscode.window.registerWebviewPanelSerializer(doctorViewType, {
    deserializeWebviewPanel: async (panel) =>
      (await import("./doctorPanel.ts")).restoreDoctor(panel, extensionUri, projects, toolchain),
  });
}
