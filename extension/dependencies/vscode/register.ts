import type { Project, Projects } from "../../project/vscode/projects.ts";
import type { AddedRow } from "../../project/vscode/tree.ts";
import type { CatalogueContext } from "./packageCatalogue.ts";

/** The rows below a unikernel that list its dependencies. Their code is loaded with the first unikernel that is opened. */
export const dependencyRows = async (project: Project): Promise<readonly AddedRow[]> =>
  project.state.lockFile === undefined ? [] : (await import("./packageRows.ts")).dependencyRows(project);

type Command = (invokedOn: unknown) => unknown;

/** The commands of the rows of packages, and Add Package. */
export const dependencyCommands = (
  projects: Projects,
  context: CatalogueContext,
): Readonly<Record<string, Command>> => ({
  "mirageos.addPackage": async (on) => (await import("./addPackage.ts")).addPackage(projects, context, on),
  "mirageos.revealPackage": async (on) => (await import("./packageCommands.ts")).revealPackage(on),
  "mirageos.openPackagePage": async (on) => (await import("./packageCommands.ts")).openPackagePage(on),
  "mirageos.copyPackage": async (on) => (await import("./packageCommands.ts")).copyPackage(on),
});
