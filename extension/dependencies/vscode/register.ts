import type { Project } from "../../project/vscode/projects.ts";
import type { AddedRow } from "../../project/vscode/tree.ts";

/** The rows below a unikernel that list its dependencies. Their code is loaded with the first unikernel that is opened. */
export const dependencyRows = async (project: Project): Promise<readonly AddedRow[]> =>
  project.state.lockFile === undefined ? [] : (await import("./packageRows.ts")).dependencyRows(project);

/** The commands of the rows of packages. */
export const dependencyCommands: Readonly<Record<string, (invokedOn: unknown) => unknown>> = {
  "mirageos.revealPackage": async (on) => (await import("./packageCommands.ts")).revealPackage(on),
  "mirageos.openPackagePage": async (on) => (await import("./packageCommands.ts")).openPackagePage(on),
  "mirageos.copyPackage": async (on) => (await import("./packageCommands.ts")).copyPackage(on),
};
