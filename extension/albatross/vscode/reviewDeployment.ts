import * as vscode from "vscode";
import { showWarningMessage } from "../../platform/vscode/messages.ts";
import type { Device } from "../../image/solo5Notes.ts";
import { shellArguments } from "../../platform/shellQuote.ts";
import type { Project } from "../../project/vscode/projects.ts";
import { t } from "../../protocol/l10n.ts";
import type { HostOverview } from "../client/hostClient.ts";
import { choiceProblems, hostDevices, isRunning, type DeploymentChoices } from "../deployment.ts";
import { nearestPolicy } from "../policyUse.ts";
import { formatName, formatPath, parseName } from "../wire/names.ts";

/** An image that is built and may run on a host of albatross, and its devices. */
export interface Deployable {
  readonly project: Project;
  readonly path: string;
  readonly devices: readonly Device[];
}

type ReviewItem = vscode.QuickPickItem & {
  readonly change?: (choices: DeploymentChoices) => Promise<DeploymentChoices | undefined>;
};

type EditArguments = (args: readonly string[]) => Promise<readonly string[] | undefined>;

/**
 * Shows what will be sent until the user sends it. Resolves to undefined if it is dismissed. `editArguments` resolves to
 * undefined if nothing was changed. `refusal` says why the host did not accept what was sent before.
 */
export async function reviewDeployment(
  host: string,
  built: Deployable,
  initial: DeploymentChoices,
  overview: HostOverview,
  editArguments: EditArguments,
  refusal?: string,
): Promise<DeploymentChoices | undefined> {
  let choices = initial;
  for (;;) {
    const problems = choiceProblems(choices, built.devices, overview);
    const what = isRunning(choices, overview)
      ? t("$(cloud-upload) Deploy, Replacing the Running {0}", choices.name.label)
      : t("$(cloud-upload) Deploy");
    const isReady = problems.length === 0;
    const first: ReviewItem = isReady
      ? { label: what, description: t("{0} to {1}", built.project.name, host), detail: refusal ?? built.path }
      : { label: t("$(warning) Not ready to deploy"), detail: problems.join(" ") };
    const chosen = await vscode.window.showQuickPick<ReviewItem>(
      [first, ...reviewItems(choices, built, overview, editArguments)],
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
  editArguments: EditArguments,
): ReviewItem[] {
  const allowed = nearestPolicy(overview.policies, name.path)?.policy.cpuids ?? cpus;
  const input = (title: string, value: string, validateInput: (text: string) => string | undefined) =>
    vscode.window.showInputBox({ title, value, validateInput, ignoreFocusOut: true });
  return [
    {
      label: t("Name"),
      description: formatName(name).replace(/^:/, ""),
      detail: name.path.length === 0 ? t("In the root") : t("In the path {0}", formatPath(name.path)),
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
        const changed = await editArguments(args);
        return changed && { ...now, arguments: changed };
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
          await showWarningMessage(
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
