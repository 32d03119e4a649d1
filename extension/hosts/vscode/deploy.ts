import { readFile } from "node:fs/promises";
import * as vscode from "vscode";
import { readImage, type Device } from "../../image/solo5Notes.ts";
import { shellArguments, splitArguments } from "../../platform/shellQuote.ts";
import { showProblem } from "../../platform/vscode/showProblem.ts";
import { projectFor } from "../../project/vscode/pickProject.ts";
import type { Project } from "../../project/vscode/projects.ts";
import { t } from "../../protocol/l10n.ts";
import type { HostOverview } from "../client/hostClient.ts";
import { HostError } from "../client/hostError.ts";
import {
  choiceProblems,
  deployableDevices,
  deploymentOf,
  hostDevices,
  initialChoices,
  type DeploymentChoices,
  type StoredChoices,
} from "../deployment.ts";
import { nearestPolicy } from "../policyUse.ts";
import { formatName, formatPath, labelFor, parseName } from "../wire/names.ts";
import { showConsole, type Consoles } from "./consoles.ts";
import { hostFailed } from "./hostProblem.ts";
import type { Hosts, HostsContext } from "./hosts.ts";
import { pickHost } from "./pickName.ts";

interface Parts {
  readonly context: HostsContext;
  readonly hosts: Hosts;
  readonly consoles: Consoles;
}

/** An image that is built and may run on a host of albatross, and its devices. */
export interface Deployable {
  readonly project: Project;
  readonly path: string;
  readonly devices: readonly Device[];
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

/** The choices of the last deployment of a unikernel to a host. */
export const storedChoices = ({ extension }: HostsContext, host: string, project: Project): StoredChoices =>
  extension.workspaceState.get<StoredChoices>(choicesKey(host, project)) ?? {};

/** Builds the unikernel if needed, shows what will be sent for changes, sends it, and follows its console. */
export async function deploy(parts: Parts, invokedOn: unknown): Promise<void> {
  const { context, hosts, consoles } = parts;
  const isHost = typeof invokedOn === "object" && invokedOn !== null && "host" in invokedOn;
  const onHost = isHost && typeof invokedOn.host === "string" ? invokedOn.host : undefined;
  const project = await projectFor(context.projects, onHost === undefined ? invokedOn : undefined);
  if (!project) return;
  const host = onHost ?? (await pickHost(hosts));
  if (host === undefined) return;
  const built = await buildDeployable(context, project);
  if (typeof built === "string") {
    await vscode.window.showErrorMessage(built);
    return;
  }
  await hosts.refresh(host);
  const { overview, problem } = hosts.get(host)?.state ?? {};
  if (problem) return showProblem(hostFailed(host, new HostError(problem)));
  if (!overview) {
    // The user has not agreed to connect to a host that the workspace's settings name.
    await vscode.commands.executeCommand("mirageos.hosts.focus");
    return;
  }
  const choices = await review(parts, host, built, overview);
  if (!choices) return;
  if (await send(parts, host, built, choices, overview)) await showConsole(consoles, host, choices.name);
}

/** Sends a deployment, with progress and cancel. Resolves to whether the host has accepted it. */
async function send(
  { context, hosts }: Parts,
  host: string,
  built: Deployable,
  choices: DeploymentChoices,
  overview: HostOverview,
): Promise<boolean> {
  const { name, ...rest } = choices;
  const title = t("Deploying {0} to {1}", built.project.name, host);
  try {
    await vscode.window.withProgress(
      { location: vscode.ProgressLocation.Notification, title, cancellable: true },
      async (progress, token) => {
        const abort = new AbortController();
        token.onCancellationRequested(() => abort.abort());
        await sendDeployment(hosts, { host, built, choices, overview, signal: abort.signal }, (part) =>
          progress.report({ increment: part }),
        );
      },
    );
    await context.extension.workspaceState.update(choicesKey(host, built.project), {
      ...rest,
      name: formatName(name),
    });
    return true;
  } catch (error) {
    if (!(error instanceof Error && error.name === "AbortError")) await showProblem(hostFailed(host, error));
    return false;
  } finally {
    void hosts.refresh(host);
  }
}

/** Sends an image to a host. `onProgress` is called with percentages. Rejects with a HostError. */
export async function sendDeployment(
  hosts: Hosts,
  {
    host,
    built,
    choices,
    overview,
    signal,
  }: {
    readonly host: string;
    readonly built: Deployable;
    readonly choices: DeploymentChoices;
    readonly overview: HostOverview;
    readonly signal: AbortSignal;
  },
  onProgress: (percentage: number) => void = () => undefined,
): Promise<void> {
  const image = await readFile(built.path);
  const client = await hosts.client(host);
  await hosts.builds.update([built.project]);
  let [size, shown] = [image.length, 0];
  await client.create(
    choices.name,
    deploymentOf(choices, built.devices),
    image,
    {
      replace: isRunning(choices, overview),
      onSize: (bytes) => (size = bytes),
      onSent: (bytes) => {
        const percentage = (100 * bytes) / size;
        onProgress(percentage - shown);
        shown = percentage;
      },
    },
    signal,
  );
}

const isRunning = ({ name }: DeploymentChoices, { unikernels }: HostOverview): boolean =>
  unikernels.some((each) => formatName(each.name) === formatName(name));

/** The choices without questions: those of the last deployment, or defaults. */
export function defaultChoices(
  { context, hosts }: Pick<Parts, "context" | "hosts">,
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

type ReviewItem = vscode.QuickPickItem & {
  readonly change?: (choices: DeploymentChoices) => Promise<DeploymentChoices | undefined>;
};

/** Shows what will be sent until the user sends it. Resolves to undefined if it is dismissed. */
async function review(
  parts: Parts,
  host: string,
  built: Deployable,
  overview: HostOverview,
): Promise<DeploymentChoices | undefined> {
  let choices = defaultChoices(parts, host, built, overview);
  for (;;) {
    const problems = choiceProblems(choices, built.devices, overview);
    const what = isRunning(choices, overview)
      ? t("$(cloud-upload) Deploy, Replacing the Running {0}", choices.name.label)
      : t("$(cloud-upload) Deploy");
    const isReady = problems.length === 0;
    const first: ReviewItem = isReady
      ? { label: what, description: t("{0} to {1}", built.project.name, host), detail: built.path }
      : { label: t("$(warning) Not ready to deploy"), detail: problems.join(" ") };
    const chosen = await vscode.window.showQuickPick<ReviewItem>(
      [first, ...reviewItems(choices, built, overview)],
      {
        title: t("Deploy {0} to {1}", built.project.name, host),
        placeHolder: t("Check what will be sent, change it, or deploy"),
        ignoreFocusOut: true,
      },
    );
    if (!chosen) return undefined;
    if (chosen.change) choices = (await chosen.change(choices)) ?? choices;
    else if (isReady) return choices;
  }
}

function reviewItems(
  { name, memory, cpus, restart, arguments: args, devices }: DeploymentChoices,
  built: Deployable,
  overview: HostOverview,
): ReviewItem[] {
  const allowed = nearestPolicy(overview.policies, name.path)?.policy.cpuids ?? cpus;
  const input = (title: string, value: string, validateInput: (text: string) => string | undefined) =>
    vscode.window.showInputBox({ title, value, validateInput, ignoreFocusOut: true });
  return [
    {
      label: t("Name"),
      description: formatName(name).replace(/^:/, ""),
      detail: t("In the path {0}", formatPath(name.path)),
      change: async (now) => {
        const text = await input(t("Name on the host, such as dev:hello"), formatName(name), (each) =>
          parseName(each) ? undefined : t("Use labels of letters, digits, - and . with colons between them."),
        );
        const parsed = text === undefined ? undefined : parseName(text);
        return parsed && { ...now, name: parsed };
      },
    },
    {
      label: t("Memory"),
      description: t("{0} MB", memory),
      change: async (now) => {
        const text = await input(t("Memory in MB"), String(memory), (each) =>
          /^[1-9]\d{0,6}$/.test(each) ? undefined : t("Enter a number of MB."),
        );
        return text === undefined ? undefined : { ...now, memory: Number(text) };
      },
    },
    {
      label: t("CPUs"),
      description: cpus.join(", "),
      change: async (now) => {
        const items = allowed.map((cpu) => ({ label: String(cpu), picked: cpus.includes(cpu) }));
        const title = t("CPUs on which it may run");
        const picked = await vscode.window.showQuickPick(items, {
          title,
          canPickMany: true,
          ignoreFocusOut: true,
        });
        return picked && picked.length > 0
          ? { ...now, cpus: picked.map(({ label }) => Number(label)) }
          : undefined;
      },
    },
    {
      label: t("Arguments"),
      description: shellArguments(args) || t("none"),
      change: async (now) => {
        const title = t("Arguments, separated by spaces and quoted as in a shell");
        const text = await input(title, shellArguments(args), () => undefined);
        return text === undefined ? undefined : { ...now, arguments: splitArguments(text) };
      },
    },
    {
      label: t("When it fails"),
      description: restart ? t("it is restarted") : t("it is not restarted"),
      change: async (now) => ({ ...now, restart: !restart }),
    },
    ...built.devices.map((device): ReviewItem => ({
      label: device.type === "NET_BASIC" ? t("Network {0}", device.name) : t("Block Device {0}", device.name),
      description: devices[device.name] ?? t("not chosen"),
      change: async (now) => {
        const candidates = hostDevices(device, now.name, overview);
        if (candidates.length === 0) {
          await vscode.window.showWarningMessage(
            device.type === "NET_BASIC"
              ? t("The policy of {0} allows no bridge.", formatPath(now.name.path))
              : t(
                  "There is no free block device in {0}. Add one in the Hosts view.",
                  formatPath(now.name.path),
                ),
          );
          return undefined;
        }
        const title = t("The host's device for {0}", device.name);
        const picked = await vscode.window.showQuickPick([...candidates], { title, ignoreFocusOut: true });
        return picked === undefined
          ? undefined
          : { ...now, devices: { ...now.devices, [device.name]: picked } };
      },
    })),
  ];
}
