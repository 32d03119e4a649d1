import * as vscode from "vscode";
import { showErrorMessage, showWarningMessage } from "../../platform/vscode/messages.ts";
import { problems } from "../../platform/errors.ts";
import { showProblem } from "../../platform/vscode/showProblem.ts";
import { projectFor } from "../../project/vscode/pickProject.ts";
import type { Project } from "../../project/vscode/projects.ts";
import { t } from "../../protocol/l10n.ts";
import { HostError } from "../client/hostError.ts";
import { choiceProblems, deploymentOf } from "../deployment.ts";
import { createNewBuilds, deploymentOfRunning, type AfterBuilds } from "../redeployment.ts";
import { formatName, parseName, type HostName } from "../wire/names.ts";
import { showConsole } from "./consoles.ts";
import {
  buildDeployable,
  defaultChoices,
  deploy,
  lastHost,
  send,
  storedChoices,
  type DeployParts,
} from "./deploy.ts";
import { hostFailed } from "./hostProblem.ts";

interface Deployed {
  readonly host: string;
  readonly name: HostName;
}

/** The unikernel that a row shows and its project, if it runs an image that was built in this workspace. */
export function deployedOn({ context, hosts }: DeployParts, row: unknown) {
  if (typeof row !== "object" || row === null || !("host" in row) || !("name" in row)) return undefined;
  const { host, name } = row as Deployed;
  const overview = hosts.get(host)?.state.overview;
  const running = overview?.unikernels.find((each) => formatName(each.name) === formatName(name));
  const build = running && hosts.builds.recognize(running.info.digest);
  const project = build && context.projects.get(build.unikernel);
  return project && { project, deployed: { host, name } };
}

/**
 * Builds a unikernel if needed and sends it as it was sent before: to the row's unikernel, else to the host of its last
 * deployment. Shows the choices if it was not deployed before, or if its devices have changed.
 */
export async function deployAgain(parts: DeployParts, invokedOn: unknown): Promise<void> {
  if (!vscode.workspace.isTrusted) return showProblem(problems.untrusted());
  const { project, deployed } =
    deployedOn(parts, invokedOn) ?? (await lastDeployment(parts, invokedOn)) ?? {};
  if (!project) return;
  if (deployed) {
    const result = await replace(parts, project, deployed);
    if (result === "sent") return showConsole(parts.consoles, deployed.host, deployed.name, project.id);
    if (result === "failed") return;
  }
  await deploy(parts, project.id, deployed?.host);
}

async function lastDeployment({ context }: DeployParts, invokedOn: unknown) {
  const project = await projectFor(context.projects, invokedOn);
  if (!project) return undefined;
  const host = lastHost(context, project);
  const name = host === undefined ? undefined : parseName(storedChoices(context, host, project).name ?? "");
  return { project, deployed: host !== undefined && name ? { host, name } : undefined };
}

/** Sends the current image in place of a deployed one. Shows what went wrong; `undecided` if the user has to choose. */
async function replace(
  parts: DeployParts,
  project: Project,
  { host, name }: Deployed,
): Promise<"sent" | "failed" | "undecided"> {
  const { context, hosts } = parts;
  const built = await buildDeployable(context, project);
  if (typeof built === "string") {
    void showErrorMessage(built);
    return "failed";
  }
  await hosts.refresh(host);
  const { overview, problem } = hosts.get(host)?.state ?? {};
  if (problem) {
    void showProblem(hostFailed(host, new HostError(problem)));
    return "failed";
  }
  if (!overview) return "undecided";
  const running = overview.unikernels.find((each) => formatName(each.name) === formatName(name));
  if (running) {
    const deployment = deploymentOfRunning(running.info, built.devices);
    if (!deployment) return "undecided";
    return (await send(parts, { host, name, built, deployment, replace: true })) ? "sent" : "failed";
  }
  const choices = defaultChoices(parts, host, built, overview);
  if (formatName(choices.name) !== formatName(name)) return "undecided";
  if (choiceProblems(choices, built.devices, overview).length > 0) return "undecided";
  const deployment = deploymentOf(choices, built.devices);
  return (await send(parts, { host, name, built, deployment, replace: false })) ? "sent" : "failed";
}

/** Deploys unikernels of the list again when their images were built. */
export function watchBuilds(parts: DeployParts, afterBuilds: AfterBuilds): vscode.Disposable {
  const { context, consoles } = parts;
  const { projects, jobs } = context;
  const isNewBuild = createNewBuilds();
  const sending = new Set<string>();
  const deployEach = async (project: Project) => {
    for (const { host, name: text, unikernel } of afterBuilds.all()) {
      const name = parseName(text);
      const key = `${host}\0${text}`;
      if (unikernel !== project.id || !name || sending.has(key)) continue;
      sending.add(key);
      const result = await replace(parts, project, { host, name }).finally(() => sending.delete(key));
      if (result === "sent") consoles.follow(host, name, project.id);
      if (result === "undecided") void offerChoices(project, host);
    }
  };
  const check = () => {
    if (!vscode.workspace.isTrusted) return;
    const busy = new Set(jobs.active().map(({ request }) => request.unikernel.id));
    for (const unikernel of new Set(afterBuilds.all().map((each) => each.unikernel))) {
      const project = busy.has(unikernel) ? undefined : projects.get(unikernel);
      if (project && isNewBuild(unikernel, project.state)) void deployEach(project);
    }
  };
  check();
  return vscode.Disposable.from(projects.onDidChange(check), jobs.onChange(check));
}

async function offerChoices({ id, name }: Project, host: string): Promise<void> {
  const choose = t("Deploy to Host…");
  const text = t("{0} was built, but not deployed to {1}: choose its devices first.", name, host);
  const chosen = await showWarningMessage(text, choose);
  if (chosen === choose) await vscode.commands.executeCommand("mirageos.hostDeploy", id);
}
