import * as vscode from "vscode";
import type { RunGoal } from "../../pipeline/vscode/runGoal.ts";
import type { Projects } from "../../project/vscode/projects.ts";
import type { AddedRows } from "../../project/vscode/tree/treeNodes.ts";
import type { CatalogueContext } from "./packageCatalogue.ts";

/** The rows below a unikernel that list its dependencies. */
export interface DependencyRows extends AddedRows, vscode.Disposable {
  readonly refresh: () => void;
}

/** Creates the rows of dependencies. Their code is loaded with the first unikernel that is opened. */
export function createDependencyRows(context: CatalogueContext): DependencyRows {
  const changed = new vscode.EventEmitter<void>();
  const refresh = () => changed.fire();
  return {
    of: async (project) =>
      project.state.lockFile === undefined
        ? []
        : (await import("./packageRows.ts")).dependencyRows(context, project, refresh),
    onDidChange: changed.event,
    refresh,
    dispose: () => changed.dispose(),
  };
}

type Command = (invokedOn: unknown) => unknown;

/** What the commands need. */
export interface DependencyCommandParts {
  readonly projects: Projects;
  readonly context: CatalogueContext;
  readonly runGoal: RunGoal;
  /** Shows the rows again. */
  readonly refreshRows: () => void;
}

/** The commands of the rows of packages, and Add Package. */
export const dependencyCommands = ({
  projects,
  context,
  runGoal,
  refreshRows,
}: DependencyCommandParts): Readonly<Record<string, Command>> => ({
  "mirageos.addPackage": async (on) => (await import("./addPackage.ts")).addPackage(projects, context, on),
  "mirageos.updatePackage": async (on) =>
    (await import("./updatePackages.ts")).updatePackage(projects, runGoal, on),
  "mirageos.showDependencies": async (on) =>
    (await import("./showDependencies.ts")).showDependencies(projects, context, on),
  "mirageos.checkPins": async (on) => (await import("./checkPins.ts")).checkPins(projects, context, on),
  "mirageos.updateRepositories": async () =>
    (await import("./updatePackages.ts")).updateRepositories(refreshRows),
  "mirageos.revealPackage": async (on) => (await import("./packageCommands.ts")).revealPackage(on),
  "mirageos.openPackagePage": async (on) => (await import("./packageCommands.ts")).openPackagePage(on),
  "mirageos.copyPackage": async (on) => (await import("./packageCommands.ts")).copyPackage(on),
});
