import { readFile } from "node:fs/promises";
import * as vscode from "vscode";
import { showErrorMessage } from "../../platform/vscode/messages.ts";
import { readImage } from "../../image/solo5Notes.ts";
import { showProblem } from "../../platform/vscode/showProblem.ts";
import { projectFor } from "../../project/vscode/pickProject.ts";
import type { Project } from "../../project/vscode/projects.ts";
import { t } from "../../protocol/l10n.ts";
import type { Deployment, HostOverview } from "../client/hostClient.ts";
import { HostError } from "../client/hostError.ts";
import {
  deployableDevices,
  deploymentOf,
  initialChoices,
  isRunning,
  type DeploymentChoices,
  type StoredChoices,
} from "../deployment.ts";
import { formatName, labelFor, parseName, type HostName } from "../wire/names.ts";
import { showConsole, type Consoles } from "./consoles.ts";
import { setKey } from "./contextKey.ts";
import { hostFailed } from "./hostProblem.ts";
import type { Hosts, HostsContext } from "./hosts.ts";
import { pickHost } from "./pickName.ts";
import { reviewDeployment, type Deployable } from "./reviewDeployment.ts";
import { abortSignal } from "../../platform/vscode/abortSignal.ts";

/** What the commands for deployments use. */
export interface DeployParts {
  readonly context: HostsContext;
  readonly hosts: Hosts;
  readonly consoles: Consoles;
}

/** Builds the image if it is missing or out of date. Returns a sentence if there is none to deploy. */
export async function buildDeployable(
  { projects, runGoal }: HostsContext,
  project: Project,
  signal?: AbortSignal,
): Promise<Deployable | string> {
  const isBuilt = project.state.image !== undefined && project.state.stale.length === 0;
  if (!isBuilt) {
    const result = await runGoal(project, "build", signal);
    if (result.kind !== "done") return t("{0} was not built, so it was not deployed.", project.name);
  }
  const now = (await projects.reread(project.id)) ?? project;
  const path = now.state.image?.path;
  if (path === undefined) return t("{0} has no image.", project.name);
  const devices = deployableDevices(await readImage(path));
  return typeof devices === "string" ? `${project.name}: ${devices}` : { project: now, path, devices };
}

const choicesKey = (host: string, project: Project) => `hosts.choices.${host}\0${project.id}`;
const lastHostKey = (project: Project) => `hosts.last.${project.id}`;

/** The choices of the last deployment of a unikernel to a host. */
export const storedChoices = ({ extension }: HostsContext, host: string, project: Project): StoredChoices =>
  extension.workspaceState.get<StoredChoices>(choicesKey(host, project)) ?? {};

/** The host of the last deployment of a unikernel. */
export const lastHost = ({ extension }: HostsContext, project: Project): string | undefined =>
  extension.workspaceState.get<string>(lastHostKey(project));

/**
 * Builds the unikernel if needed, shows what will be sent for changes, sends it, and follows its console. Without a host,
 * the user picks one, unless the command was used on a host.
 */
export async function deploy(parts: DeployParts, invokedOn: unknown, to?: string): Promise<void> {
  const { context, hosts, consoles } = parts;
  const isHost = typeof invokedOn === "object" && invokedOn !== null && "host" in invokedOn;
  const onHost = isHost && typeof invokedOn.host === "string" ? invokedOn.host : undefined;
  const project = await projectFor(context.projects, onHost === undefined ? invokedOn : undefined);
  if (!project) return;
  const host = to ?? onHost ?? (await pickHost(hosts));
  if (host === undefined) return;
  const built = await buildDeployable(context, project);
  if (typeof built === "string") {
    await showErrorMessage(built);
    return;
  }
  const choices = await sendReviewed(parts, host, built);
  if (!choices) return;
  const { name, ...rest } = choices;
  const { workspaceState } = context.extension;
  await workspaceState.update(choicesKey(host, built.project), { ...rest, name: formatName(name) });
  await workspaceState.update(lastHostKey(built.project), host);
  setKey("deployed", true);
  await showConsole(consoles, host, name, built.project.id);
}

/** Shows what will be sent until the host accepts it. Resolves to undefined if it is not sent. */
async function sendReviewed(
  parts: DeployParts,
  host: string,
  built: Deployable,
): Promise<DeploymentChoices | undefined> {
  const { context, hosts } = parts;
  const editArguments = (args: readonly string[]) => context.editArguments(built.project, args);
  let before: DeploymentChoices | undefined;
  let refusal: string | undefined;
  for (;;) {
    await hosts.refresh(host);
    const { overview, problem } = hosts.get(host)?.state ?? {};
    if (problem) {
      void showProblem(hostFailed(host, new HostError(problem)));
      return undefined;
    }
    if (!overview) {
      // The user has not agreed to connect to a host that the workspace's settings name.
      await vscode.commands.executeCommand("mirageos.hosts.focus");
      return undefined;
    }
    const initial = before ?? defaultChoices(parts, host, built, overview);
    const choices = await reviewDeployment(host, built, initial, overview, editArguments, refusal);
    if (!choices) return undefined;
    const { name } = choices;
    const deployment = deploymentOf(choices, built.devices);
    const sent = { host, name, built, deployment, replace: isRunning(choices, overview) };
    const result = await sendWithProgress(parts, sent);
    if (result === undefined) return choices;
    if (!(result instanceof HostError) || result.problem.kind !== "refused") {
      await showFailure(host, result);
      return undefined;
    }
    // The daemon says what its policies do not allow, so the user can change it.
    [before, refusal] = [choices, result.message];
  }
}

/** An image for a host. `replace` says that a unikernel of the name runs there. */
export interface SentDeployment {
  readonly host: string;
  readonly name: HostName;
  readonly built: Deployable;
  readonly deployment: Deployment;
  readonly replace: boolean;
}

/** Sends a deployment, and shows why if it fails. Resolves to whether the host has accepted it. */
export async function send(parts: Pick<DeployParts, "hosts">, sent: SentDeployment): Promise<boolean> {
  const error = await sendWithProgress(parts, sent);
  if (error !== undefined) await showFailure(sent.host, error);
  return error === undefined;
}

/** Shows an error unless the user has cancelled. */
async function showFailure(host: string, error: Error): Promise<void> {
  if (error.name !== "AbortError") await showProblem(hostFailed(host, error));
}

/** Sends a deployment, with progress and cancel. Resolves to the error, or to undefined if the host has accepted it. */
async function sendWithProgress(
  { hosts }: Pick<DeployParts, "hosts">,
  sent: SentDeployment,
): Promise<Error | undefined> {
  const { host, built } = sent;
  const title = t("Deploying {0} to {1}", built.project.name, host);
  try {
    await vscode.window.withProgress(
      { location: vscode.ProgressLocation.Notification, title, cancellable: true },
      async (progress, token) => {
        await sendDeployment(hosts, sent, abortSignal(token), (part) => progress.report({ increment: part }));
      },
    );
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  } finally {
    void hosts.refresh(host);
  }
}

/** Sends an image to a host. `onProgress` is called with percentages. Rejects with a HostError. */
export async function sendDeployment(
  hosts: Hosts,
  { host, name, built, deployment, replace }: SentDeployment,
  signal: AbortSignal,
  onProgress: (percentage: number) => void = () => undefined,
): Promise<void> {
  const image = await readFile(built.path);
  const client = await hosts.client(host);
  await hosts.builds.update([built.project]);
  let [size, shown] = [image.length, 0];
  const onSent = (bytes: number) => {
    const percentage = (100 * bytes) / size;
    onProgress(percentage - shown);
    shown = percentage;
  };
  await client.create(
    name,
    deployment,
    image,
    { replace, onSize: (bytes) => (size = bytes), onSent },
    signal,
  );
}

/** The choices without questions: those of the last deployment, or defaults. */
export function defaultChoices(
  { context, hosts }: Pick<DeployParts, "context" | "hosts">,
  host: string,
  { project, devices }: Deployable,
  overview: HostOverview,
): DeploymentChoices {
  const stored = storedChoices(context, host, project);
  const description = hosts.get(host)?.description;
  // The path of a certificate is that of the policies that it brings.
  const path = description?.kind === "remote" ? (overview.policies[0]?.path ?? []) : [];
  const name = parseName(stored.name ?? "") ?? { path, label: labelFor(project.name) };
  const args = context.projects.memory.bootArguments(project.id) ?? [];
  return initialChoices(name, devices, overview, stored, args);
}
