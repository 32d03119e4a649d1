import * as vscode from "vscode";
import { problems } from "../../platform/errors.ts";
import { tell } from "../../platform/vscode/tell.ts";
import { folderOf, projectFor } from "../../project/vscode/pick.ts";
import type { Project, Projects } from "../../project/vscode/projects.ts";
import type { TargetId } from "../../toolchain/targets.ts";
import { targetsByReadiness } from "../../toolchain/readiness.ts";
import { readHost } from "../../toolchain/host.ts";
import type { Toolchain } from "../../toolchain/vscode/toolchain.ts";
import { parseConfiguration } from "../configuration.ts";
import { t } from "../../platform/l10n.ts";

export const debugType = "mirage";

/** The configuration that boots a unikernel; without a target the selected one, whatever it is then. */
export function configurationFor(
  project: Project,
  target?: TargetId,
  others: readonly Project[] = [],
): vscode.DebugConfiguration {
  const twin = others.some(({ id, name }) => id !== project.id && name === project.name);
  const called = twin ? `${project.name} (${folderOf(project)})` : project.name;
  return {
    type: debugType,
    request: "launch",
    name: target === undefined ? t("Run {0}", called) : t("Run {0} on {1}", called, target),
    unikernel: folderOf(project),
    ...(target !== undefined && { target }),
  };
}

const ofFolder = (projects: Projects, folder: vscode.WorkspaceFolder | undefined) =>
  projects.all().filter(({ workspaceFolder }) => !folder || workspaceFolder === folder.uri.fsPath);

/** What a new launch.json holds: one configuration a unikernel. */
export async function initialConfigurations(
  projects: Projects,
  folder: vscode.WorkspaceFolder | undefined,
): Promise<vscode.DebugConfiguration[]> {
  await projects.ready;
  const all = ofFolder(projects, folder);
  return all.map((project) => configurationFor(project, undefined, all));
}

/** What can be started without a launch.json: each unikernel on each target that can be built and booted here. */
export async function dynamicConfigurations(
  projects: Projects,
  toolchain: Toolchain,
  folder: vscode.WorkspaceFolder | undefined,
): Promise<vscode.DebugConfiguration[]> {
  // Asked for the user's settings too, where the same would be offered a second time.
  if (!folder) return [];
  void projects.memory.setDynamicOffered();
  await projects.ready;
  const all = ofFolder(projects, folder);
  const host = await readHost();
  const offered = await Promise.all(
    all.map(async (project) => {
      const ready = new Set<TargetId>([project.target]);
      const detections = vscode.workspace.isTrusted
        ? await toolchain.detections(project).catch(() => undefined)
        : undefined;
      for (const { target, build, boot } of detections ? targetsByReadiness(detections, host) : []) {
        if (build.ready && boot.ready) ready.add(target);
      }
      return [...ready].map((target) => configurationFor(project, target, all));
    }),
  );
  return offered.flat();
}

/**
 * Fills in what F5 without a launch.json leaves open, and checks what has no variables. Undefined ends the
 * start: without a message where no unikernel was chosen, else the user has been told.
 */
export async function resolved(
  projects: Projects,
  configuration: vscode.DebugConfiguration,
): Promise<vscode.DebugConfiguration | undefined> {
  if (configuration.type || configuration.request || configuration.name) {
    // The session checks variables when it begins: being asked after they are replaced costs every start time.
    return hasVariables(configuration) || isRight(configuration) ? withConsole(configuration) : undefined;
  }
  const project = await projectFor(projects, vscode.window.activeTextEditor?.document.uri);
  return project && withConsole(configurationFor(project));
}

const hasVariables = (configuration: vscode.DebugConfiguration) =>
  JSON.stringify(configuration).includes("${");

/** Where the log panel comes to the front, the debug console stays behind unless the configuration says so. */
function withConsole(configuration: vscode.DebugConfiguration): vscode.DebugConfiguration {
  const reveal = vscode.workspace.getConfiguration("mirageos").get("revealLogs");
  return reveal === "never" ? configuration : { internalConsoleOptions: "neverOpen", ...configuration };
}

function isRight(configuration: vscode.DebugConfiguration): boolean {
  const parsed = parseConfiguration(configuration);
  if (!("problems" in parsed)) return true;
  // Not awaited: the notification may stay for as long as the user likes.
  void tell(problems.notLaunched(`${configuration.name}: ${parsed.problems.join(" ")}`));
  return false;
}
