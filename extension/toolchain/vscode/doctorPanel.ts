import type * as vscode from "vscode";
import type { Projects } from "../../project/vscode/projects.ts";
import type { Toolchain } from "./toolchain.ts";

export async function showDoctor(_uri: vscode.Uri, projects: Projects, toolchain: Toolchain): Promise<void> {
  await copyDoctorReport(projects, toolchain);
}

export async function copyDoctorReport(_projects: Projects, _toolchain: Toolchain): Promise<void> {}
