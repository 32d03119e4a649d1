import { writeFile } from "node:fs/promises";
import * as vscode from "vscode";
import { showInformationMessage, showWarningMessage } from "../../platform/vscode/messages.ts";
import { shellArguments, splitArguments } from "../../platform/shellQuote.ts";
import { showProblem } from "../../platform/vscode/showProblem.ts";
import { problems } from "../../platform/errors.ts";
import { t } from "../../protocol/l10n.ts";
import type { HostClient } from "../client/hostClient.ts";
import { argumentsOf, withArguments } from "../deployment.ts";
import { failuresText, forEachUnikernel, fullName, namesText, type OnHost } from "../severalUnikernels.ts";
import { formatName, isLabel, parseHostPath, type HostName } from "../wire/names.ts";
import { addHost, enterPassphrase, removeHost } from "./addHost.ts";
import { showConsole, type Consoles } from "./consoles.ts";
import type { AfterBuilds } from "../redeployment.ts";
import { deploy } from "./deploy.ts";
import { deployAgain, deployedOn } from "./deployAgain.ts";
import { hostFailed, hostsFailed } from "./hostProblem.ts";
import type { Hosts, HostsContext } from "./hosts.ts";
import { pickHost, pickName } from "./pickName.ts";
import { abortSignal } from "../../platform/vscode/abortSignal.ts";

export interface HostCommandContext {
  readonly context: HostsContext;
  readonly hosts: Hosts;
  readonly consoles: Consoles;
  readonly afterBuilds: AfterBuilds;
  /** Called when a command has changed what rows show without a question to a host. */
  readonly onChange: () => void;
}

type Table = Readonly<Record<string, (on: unknown, all: unknown) => unknown>>;

/** The host and the name of the row that a command was used on. */
interface On {
  readonly host: string;
  readonly name?: HostName;
  readonly id?: string;
  readonly context?: string;
}

const isOn = (on: unknown): on is On =>
  typeof on === "object" && on !== null && "host" in on && typeof on.host === "string";

const isUnikernel = ({ context }: On): boolean => context?.startsWith("unikernel") === true;

/** The commands of the room, by their ids. */
export function hostCommands(parts: HostCommandContext): Table {
  const { hosts, consoles, afterBuilds, onChange } = parts;

  /** Does something with a host, with progress and cancel, and shows what went wrong. */
  const withHost = async <T>(
    host: string,
    title: string,
    action: (client: HostClient, signal: AbortSignal) => Promise<T>,
  ): Promise<{ readonly value: T } | undefined> => {
    try {
      const value = await vscode.window.withProgress(
        { location: vscode.ProgressLocation.Notification, title, cancellable: true },
        async (_, token) => action(await hosts.client(host), abortSignal(token)),
      );
      return { value };
    } catch (error) {
      if (!(error instanceof Error && error.name === "AbortError"))
        await showProblem(hostFailed(host, error));
      return undefined;
    } finally {
      void hosts.refresh(host);
    }
  };
  const unikernelOf = async (on: unknown) =>
    isOn(on) && on.name ? { host: on.host, name: on.name } : pickName(hosts);
  /** The unikernels that a command was used on. */
  const unikernelsOf = async (on: unknown, all: unknown) => {
    const rows: readonly unknown[] = Array.isArray(all) ? all : [];
    const several = rows.flatMap((row) =>
      isOn(row) && row.name && isUnikernel(row) ? [{ host: row.host, name: row.name }] : [],
    );
    if (several.length > 1) return several;
    const one = await unikernelOf(on);
    return one ? [one] : [];
  };
  const full = fullName;
  /** Does something with each unikernel, with one progress for all of them, and shows in one message what went wrong. */
  const withEach = async (
    found: readonly OnHost[],
    titleOf: (what: string) => string,
    action: (client: HostClient, name: HostName, signal: AbortSignal) => Promise<void>,
  ): Promise<void> => {
    const [first, ...others] = found;
    if (!first) return;
    if (others.length === 0) {
      const act = async (client: HostClient, signal: AbortSignal) => action(client, first.name, signal);
      await withHost(first.host, titleOf(full(first)), act);
      return;
    }
    const failures = await vscode.window.withProgress(
      {
        location: vscode.ProgressLocation.Notification,
        title: titleOf(t("{0} unikernels", found.length)),
        cancellable: true,
      },
      async (progress, token) => {
        const signal = abortSignal(token);
        const increment = 100 / found.length;
        return forEachUnikernel(
          found,
          async ({ host, name }) => action(await hosts.client(host), name, signal),
          signal,
          (on) => progress.report({ increment, message: full(on) }),
        );
      },
    );
    void hosts.refresh();
    if (failures.length > 0) await showProblem(hostsFailed(failuresText(failures, found.length)));
  };

  return {
    "mirageos.hostAdd": async () => addHost(hosts),
    "mirageos.hostRemove": async (on) => removeHost(hosts, isOn(on) ? on.host : undefined),
    "mirageos.hostPassphrase": async (on) => enterPassphrase(hosts, isOn(on) ? on.host : undefined),
    "mirageos.hostConnect": async (on) => {
      const host = isOn(on) ? on.host : await pickHost(hosts);
      if (host !== undefined) await hosts.confirm(host);
    },
    "mirageos.hostSettings": async () =>
      vscode.commands.executeCommand("workbench.action.openSettings", "mirageos.hosts"),
    "mirageos.hostsRefresh": async (on) => hosts.refresh(isOn(on) ? on.host : undefined),
    "mirageos.hostDeploy": async (on) =>
      vscode.workspace.isTrusted ? deploy(parts, on) : showProblem(problems.untrusted()),
    "mirageos.hostDeployAgain": async (on) => deployAgain(parts, on),
    "mirageos.hostDeployAfterBuild": async (on) => {
      const found = deployedOn(parts, on);
      if (!found) return;
      const { host, name } = found.deployed;
      await afterBuilds.add({ host, name: formatName(name), unikernel: found.project.id });
      onChange();
    },
    "mirageos.hostStopDeployAfterBuild": async (on) => {
      if (!isOn(on) || !on.name) return;
      await afterBuilds.remove(on.host, formatName(on.name));
      onChange();
    },
    "mirageos.hostConsole": async (on, all) => {
      for (const { host, name } of (await unikernelsOf(on, all)).toReversed())
        await showConsole(consoles, host, name);
    },
    "mirageos.hostStopConsole": async (on, all) => {
      for (const { host, name } of await unikernelsOf(on, all)) consoles.stop(host, name);
    },
    "mirageos.hostRestart": async (on, all) => {
      const found = await unikernelsOf(on, all);
      await withEach(
        found,
        (what) => t("Restarting {0}", what),
        async (client, name, signal) => client.restart(name, undefined, signal),
      );
    },
    "mirageos.hostDestroy": async (on, all) => {
      const found = await unikernelsOf(on, all);
      const [first, ...others] = found;
      if (!first) return;
      const destroy = t("Destroy");
      const title =
        others.length === 0 ? t("Destroy {0}?", full(first)) : t("Destroy {0} unikernels?", found.length);
      const detail =
        others.length === 0
          ? t("The unikernel on {0} ends at once and is not started again.", first.host)
          : t("They end at once and are not started again: {0}", namesText(found));
      const chosen = await showWarningMessage(title, { modal: true, detail }, destroy);
      if (chosen !== destroy) return;
      await withEach(
        found,
        (what) => t("Destroying {0}", what),
        async (client, name, signal) => client.destroy(name, signal),
      );
    },
    "mirageos.hostArguments": async (on) => {
      const found = await unikernelOf(on);
      if (!found) return;
      const info = await withHost(
        found.host,
        t("Reading the arguments of {0}", full(found)),
        async (client, signal) => client.unikernel(found.name, signal),
      );
      if (!info) return;
      const { value: running } = info;
      if (!running) {
        await showWarningMessage(t("{0} no longer runs.", full(found)));
        return;
      }
      const before = shellArguments(argumentsOf(running));
      const typed = await vscode.window.showInputBox({
        title: t("Arguments of {0}", full(found)),
        value: before,
        prompt: t(
          "The unikernel is restarted with these arguments. Separate them by spaces and quote them as in a shell.",
        ),
        ignoreFocusOut: true,
      });
      if (typed === undefined || typed === before) return;
      await withHost(found.host, t("Restarting {0}", full(found)), async (client, signal) =>
        client.restart(found.name, withArguments(running, splitArguments(typed)), signal),
      );
    },
    "mirageos.hostDownload": async (on) => {
      const found = await unikernelOf(on);
      if (!found) return;
      const base = vscode.workspace.workspaceFolders?.[0]?.uri;
      const uri = await vscode.window.showSaveDialog({
        ...(base && { defaultUri: vscode.Uri.joinPath(base, `${found.name.label}.img`) }),
        title: t("Download the image of {0}", full(found)),
        saveLabel: t("Download"),
      });
      if (!uri) return;
      const done = await withHost(
        found.host,
        t("Downloading the image of {0}", full(found)),
        async (client, signal) => {
          await writeFile(uri.fsPath, await client.image(found.name, signal));
        },
      );
      if (!done) return;
      const open = t("Open Image");
      if ((await showInformationMessage(t("Saved as {0}.", uri.fsPath), open)) === open)
        await vscode.commands.executeCommand("vscode.openWith", uri, "mirageos.image");
    },
    "mirageos.hostAddBlock": async (on) => {
      const host = isOn(on) ? on.host : await pickHost(hosts);
      if (host === undefined) return;
      const path = isOn(on) && on.id !== undefined ? (/\0path (.*)$/s.exec(on.id)?.[1] ?? ":") : ":";
      const label = await vscode.window.showInputBox({
        title: t("Add Block Device on {0}", host),
        prompt: t("The name of the block device in the path {0}", path),
        validateInput: (text) =>
          isLabel(text) ? undefined : t("Use only letters, digits, - and . (at most 63 characters)."),
        ignoreFocusOut: true,
      });
      if (label === undefined) return;
      const size = await vscode.window.showInputBox({
        title: t("Size of {0}", label),
        prompt: t("In MB"),
        value: "64",
        validateInput: (text) => (/^[1-9]\d{0,7}$/.test(text) ? undefined : t("Enter a number of MB.")),
        ignoreFocusOut: true,
      });
      if (size === undefined) return;
      await withHost(host, t("Adding the block device {0}", label), async (client, signal) => {
        const own = parseHostPath(path);
        await client.addBlock({ path: own.length > 0 ? own : client.path, label }, Number(size), signal);
      });
    },
    "mirageos.hostRemoveBlock": async (on) => {
      if (!isOn(on) || !on.name) return;
      const { host, name } = on;
      const remove = t("Remove");
      const detail = t("Its data on {0} is lost.", host);
      const title = t("Remove the block device {0}?", full({ host, name }));
      if ((await showWarningMessage(title, { modal: true, detail }, remove)) !== remove) return;
      await withHost(host, t("Removing the block device {0}", name.label), async (client, signal) =>
        client.removeBlock(name, signal),
      );
    },
  };
}
