import * as vscode from "vscode";
import { showInformationMessage } from "../../platform/vscode/messages.ts";
import { t } from "../../protocol/l10n.ts";
import { formatName, type HostName } from "../wire/names.ts";
import type { Hosts } from "./hosts.ts";

/** Lets the user pick a host; the only one is not asked for. Shows where to add one if there is none. */
export async function pickHost(hosts: Hosts): Promise<string | undefined> {
  const names = hosts.all().flatMap((host) => ("kind" in host ? [] : [host.description]));
  const [only, ...others] = names;
  if (!only) {
    const add = t("Add Host…");
    const chosen = await showInformationMessage(t("There is no host with albatross yet."), add);
    if (chosen === add) await vscode.commands.executeCommand("mirageos.hostAdd");
    return undefined;
  }
  if (others.length === 0) return only.name;
  const items = names.map((each) => ({
    label: each.name,
    description: each.kind === "local" ? t("this computer") : `${each.address}:${each.port}`,
  }));
  return (await vscode.window.showQuickPick(items, { title: t("Select Host") }))?.label;
}

/** Lets the user pick a running unikernel of a host. */
export async function pickName(
  hosts: Hosts,
): Promise<{ readonly host: string; readonly name: HostName } | undefined> {
  const host = await pickHost(hosts);
  if (host === undefined) return undefined;
  await hosts.refresh(host);
  const unikernels = hosts.get(host)?.state.overview?.unikernels ?? [];
  if (unikernels.length === 0) {
    await showInformationMessage(t("No unikernel runs on {0}.", host));
    return undefined;
  }
  const chosen = await vscode.window.showQuickPick(
    unikernels.map(({ name }) => ({ label: name.label, description: formatName(name), name })),
    { title: t("Select a Unikernel on {0}", host) },
  );
  return chosen && { host, name: chosen.name };
}
