import * as vscode from "vscode";
import type { Projects } from "../../project/vscode/projects.ts";
import { registerDependencyChecks } from "./dependencyChecks.ts";
import { registerPackageCompletion } from "./packageCompletion.ts";
import { registerPackageHover } from "./packageHover.ts";

/** Registers the diagnostics, the completion and the hover of packages in config.ml. */
export function registerPackageFeatures(
  projects: Projects,
  context: Parameters<typeof registerDependencyChecks>[1],
): vscode.Disposable {
  return vscode.Disposable.from(
    registerDependencyChecks(projects, context),
    registerPackageCompletion(projects, context),
    registerPackageHover(projects, context),
  );
}
