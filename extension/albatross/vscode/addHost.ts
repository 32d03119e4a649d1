import { homedir } from "node:os";
import { join, relative, sep } from "node:path";
import * as vscode from "vscode";
import { showInformationMessage, showWarningMessage } from "../../platform/vscode/messages.ts";
import { showProblem } from "../../platform/vscode/showProblem.ts";
import { problems } from "../../platform/errors.ts";
import { getSetting, updateSetting } from "../../platform/vscode/settings.ts";
import { t } from "../../protocol/l10n.ts";
import { defaultPort } from "../client/defaultPort.ts";
import type { Hosts } from "./hosts.ts";
import { pickHost } from "./pickName.ts";

/** Prompts for a host's address and files, stores it in the user's settings and connects. */
export async function addHost(hosts: Hosts): Promise<void> {
  if (!vscode.workspace.isTrusted) return showProblem(problems.untrusted());
  const title = t("Add Host");
  const typed = await vscode.window.showInputBox({
    title,
    prompt: t("The address of albatross-tls-endpoint, and its port unless it is {0}", defaultPort),
    placeHolder: t("host.example.org:{0}", defaultPort),
    validateInput: (text) =>
      parseAddress(text) ? undefined : t("Enter a host name or an IP address, and a port."),
    ignoreFocusOut: true,
  });
  const parsed = typed === undefined ? undefined : parseAddress(typed);
  if (!parsed) return;
  const ca = await pickFile(t("CA Certificate of the Server (cacert.pem)"), undefined);
  if (ca === undefined) return;
  const certificate = await pickFile(t("Your Certificate (an intermediate CA, PATH.pem)"), ca);
  if (certificate === undefined) return;
  const key = await pickFile(t("The Key of Your Certificate (PATH.key)"), certificate);
  if (key === undefined) return;
  const name = await vscode.window.showInputBox({
    title,
    prompt: t("A name for the host"),
    value: parsed.address,
    validateInput: (text) =>
      text.trim() === "" || hosts.get(text.trim()) ? t("Enter a name that no other host has.") : undefined,
    ignoreFocusOut: true,
  });
  if (name === undefined) return;
  const files = { ca: shortPath(ca), certificate: shortPath(certificate), key: shortPath(key) };
  const own = vscode.workspace
    .getConfiguration("mirageos")
    .inspect<Record<string, unknown>>("hosts")?.globalValue;
  const value = { ...own, [name.trim()]: { ...parsed, ...files } };
  await updateSetting("hosts", value, undefined, vscode.ConfigurationTarget.Global);
  await hosts.refresh(name.trim());
  await vscode.commands.executeCommand("mirageos.hosts.focus");
}

/** Removes a host from the settings that contain it, and its passphrase. Nothing changes on the host itself. */
export async function removeHost(hosts: Hosts, on: string | undefined): Promise<void> {
  const name = on ?? (await pickHost(hosts));
  if (name === undefined) return;
  const configuration = vscode.workspace.getConfiguration("mirageos");
  const inspected = configuration.inspect<Record<string, unknown>>("hosts");
  const { Global, Workspace } = vscode.ConfigurationTarget;
  const levels = [
    [Global, inspected?.globalValue],
    [Workspace, inspected?.workspaceValue],
  ] as const;
  if (!Object.hasOwn(getSetting("hosts"), name)) {
    await showInformationMessage(
      t("{0} is shown because its sockets exist on this computer. It cannot be removed.", name),
    );
    return;
  }
  const remove = t("Remove");
  const detail = t("Unikernels on the host go on running.");
  if (
    (await showWarningMessage(t("Remove {0} from the list?", name), { modal: true, detail }, remove)) !==
    remove
  )
    return;
  await hosts.setPassphrase(name, undefined);
  for (const [level, value] of levels) {
    if (!value || !Object.hasOwn(value, name)) continue;
    const rest = Object.fromEntries(Object.entries(value).filter(([each]) => each !== name));
    await updateSetting("hosts", Object.keys(rest).length > 0 ? rest : undefined, undefined, level);
  }
}

/** Prompts for the passphrase of a host's key, stores it in VS Code's secrets and connects. */
export async function enterPassphrase(hosts: Hosts, on: string | undefined): Promise<void> {
  const name = on ?? (await pickHost(hosts));
  if (name === undefined) return;
  const passphrase = await vscode.window.showInputBox({
    title: t("Passphrase of the key for {0}", name),
    prompt: t("The passphrase is stored in the secret storage of VS Code. Leave empty to remove it."),
    password: true,
    ignoreFocusOut: true,
  });
  if (passphrase === undefined) return;
  await hosts.setPassphrase(name, passphrase === "" ? undefined : passphrase);
  await hosts.refresh(name);
}

/** Parses `host`, `host:port`, `[IPv6]:port` or a bare IPv6 address. */
function parseAddress(text: string): { readonly address: string; readonly port: number } | undefined {
  const match = /^(?:\[([0-9a-f:.%]+)\]|([^\s:[\]/]+))(?::(\d{1,5}))?$/i.exec(text.trim());
  if (match) {
    const port = Number(match[3] ?? defaultPort);
    return port >= 1 && port <= 65_535 ? { address: match[1] ?? match[2] ?? "", port } : undefined;
  }
  return /^[0-9a-f:]+:[0-9a-f:.]*$/i.test(text.trim())
    ? { address: text.trim(), port: defaultPort }
    : undefined;
}

async function pickFile(title: string, near: string | undefined): Promise<string | undefined> {
  const chosen = await vscode.window.showOpenDialog({
    title,
    openLabel: t("Select"),
    filters: { [t("Certificates and keys")]: ["pem", "key", "crt"], [t("All files")]: ["*"] },
    ...(near !== undefined && { defaultUri: vscode.Uri.file(join(near, "..")) }),
  });
  return chosen?.[0]?.fsPath;
}

/** A path below the home folder as `~/…`, so that settings can be used on several computers. */
function shortPath(path: string): string {
  const below = relative(homedir(), path);
  return below.startsWith("..") || below === "" || below === path ? path : `~/${below.split(sep).join("/")}`;
}
