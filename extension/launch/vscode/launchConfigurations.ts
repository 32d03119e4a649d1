import { getSetting } from "../../platform/vscode/settings.ts";
import * as vscode from "vscode";
import { problems } from "../../platform/errors.ts";
import { showProblem } from "../../platform/vscode/showProblem.ts";
import { folderOf } from "../../project/vscode/namedProject.ts";
import { projectFor } from "../../project/vscode/pickProject.ts";
import type { Project, Projects } from "../../project/vscode/projects.ts";
import type { TargetId } from "../../mirage/targets.ts";
import { targetsByReadiness } from "../../toolchain/readiness.ts";
import { readHost } from "../../toolchain/host.ts";
import type { Toolchain } from "../../toolchain/vscode/toolchain.ts";
import { parseAttach } from "../configuration/attachConfiguration.ts";
import { parseConfiguration } from "../configuration/launchConfiguration.ts";
import { t } from "../../protocol/l10n.ts";

const debugType = "mirage";

/**
 * The launch configuration that boots a unikernel. Without a target it boots the target that is selected at
 * that time. `all` are the unikernels among which its label has to be unique.
 */
export function configurationFor(
  project: Project,
  target?: TargetId,
  all: readonly Project[] = [],
): vscode.DebugConfiguration {
  const isAmbiguous = all.some(({ id, name }) => id !== project.id && name === project.name);
  const label = isAmbiguous ? `${project.name} (${folderOf(project)})` : project.name;
  return {
    type: debugType,
    request: "launch",
    name: target === undefined ? t("Run {0}", label) : t("Run {0} on {1}", label, target),
    unikernel: folderOf(project),
    ...(target !== undefined && { target }),
  };
}

const projectsIn = (projects: Projects, folder: vscode.WorkspaceFolder | undefined) =>
  projects.all().filter(({ workspaceFolder }) => !folder || workspaceFolder === folder.uri.fsPath);

/** The content of a new launch.json: one configuration per unikernel. */
export async function initialConfigurations(
  projects: Projects,
  folder: vscode.WorkspaceFolder | undefined,
): Promise<vscode.DebugConfiguration[]> {
  await projects.ready;
  const all = projectsIn(projects, folder);
  return all.map((project) => configurationFor(project, undefined, all));
}

/** The configurations offered without a launch.json: each unikernel on each target that is ready here. */
export async function dynamicConfigurations(
  projects: Projects,
  toolchain: Toolchain,
  folder: vscode.WorkspaceFolder | undefined,
): Promise<vscode.DebugConfiguration[]> {
  // VS Code also requests them for the user's settings, where they would appear a second time.
  if (!folder) return [];
  await projects.ready;
  const all = projectsIn(projects, folder);
  const host = await readHost();
  const perProject = await Promise.all(
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
  return perProject.flat();
}

/**
 * Completes an empty configuration, which F5 without a launch.json starts, with the unikernel of the active
 * editor or the selected one, and validates any other. `undefined` cancels the start: the user has dismissed
 * the prompt for a unikernel or has seen a message.
 */
export async function resolveConfiguration(
  projects: Projects,
  configuration: vscode.DebugConfiguration,
): Promise<vscode.DebugConfiguration | undefined> {
  if (configuration.type || configuration.request || configuration.name) {
    // The session validates configurations with variables, after VS Code has replaced them.
    const isAccepted = hasVariables(configuration) || isValid(configuration);
    return isAccepted ? withConsoleHidden(configuration) : undefined;
  }
  const project = await projectFor(projects, vscode.window.activeTextEditor?.document.uri);
  return project && withConsoleHidden(configurationFor(project));
}

const hasVariables = (configuration: vscode.DebugConfiguration) =>
  JSON.stringify(configuration).includes("${");

/** Keeps the debug console from covering the log panel, unless the configuration or a setting says otherwise. */
function withConsoleHidden(configuration: vscode.DebugConfiguration): vscode.DebugConfiguration {
  const reveal = getSetting("revealLogs");
  return reveal === "never" ? configuration : { internalConsoleOptions: "neverOpen", ...configuration };
}

function isValid(configuration: vscode.DebugConfiguration): boolean {
  const isAttach = configuration.request === "attach";
  const parsed = isAttach ? parseAttach(configuration) : parseConfiguration(configuration);
  if (!("problems" in parsed)) return true;
  // Not awaited, because the notification may stay open for long.
  void showProblem(problems.notLaunched(`${configuration.name}: ${parsed.problems.join(" ")}`));
  return false;
}
