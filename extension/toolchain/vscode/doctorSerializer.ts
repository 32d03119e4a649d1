import { doctorViewType } from "./doctorViewType.ts";
import * as vscode from "vscode";
import type { Projects } from "../../project/vscode/projects.ts";
import type { Toolchain } from "./toolchain.ts";

/** Restores an open panel after a reload of the window. The panel's code is loaded only then. */
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
