import type * as vscode from "vscode";
import type { Projects } from "../../project/vscode/projects.ts";
import type { Toolchain } from "./toolchain.ts";

/** The handlers of the commands about tools, switches and targets, by command id. */
export function toolchainCommands(parts: {
  readonly projects: Projects;
  readonly toolchain: Toolchain;
  readonly extensionUri: vscode.Uri;
  /** Called when the user checks the setup. */
  readonly onCheckSetup: () => void;
}): Record<string, (invokedOn: unknown) => Promise<unknown>> {
  const { projects, toolchain, extensionUri, onCheckSetup } = parts;
  const variable = async (name: "imagePath" | "manifestPath" | "target" | "tender", on: unknown) =>
    (await import("./commandVariables.ts")).commandVariable(name, projects, toolchain, on);
  return {
    "mirageos.selectTarget": async (on) =>
      (await import("./targetPicker.ts")).selectTarget(projects, toolchain, on),
    "mirageos.selectSwitch": async () =>
      (await import("./switchPicker.ts")).selectSwitch(projects, toolchain),
    "mirageos.newTerminal": async (on) =>
      (await import("./switchTerminal.ts")).openSwitchTerminal(projects, toolchain, on),
    "mirageos.imagePath": (on) => variable("imagePath", on),
    "mirageos.manifestPath": (on) => variable("manifestPath", on),
    "mirageos.target": (on) => variable("target", on),
    "mirageos.tender": (on) => variable("tender", on),
    "mirageos.checkSetup": async () => {
      onCheckSetup();
      return (await import("./doctorPanel.ts")).showDoctor(extensionUri, projects, toolchain);
    },
    "mirageos.copySetupReport": async () =>
      (await import("./doctorPanel.ts")).copyDoctorReport(projects, toolchain),
  };
}
