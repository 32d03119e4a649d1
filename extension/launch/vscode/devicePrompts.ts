import { existsSync } from "node:fs";
import { mkdir, open, readdir } from "node:fs/promises";
import { dirname, relative, resolve } from "node:path";
import * as vscode from "vscode";
import { showInformationMessage } from "../../platform/vscode/messages.ts";
import type { HostCommands } from "../../platform/errors.ts";
import { typeIntoTerminal } from "../../toolchain/vscode/setupTerminal.ts";
import { freeTapName, tapCommands } from "../preflight/tapCommands.ts";
import type { Device } from "../../image/solo5Notes.ts";
import type { Attachment, Attachments } from "../boot/manifest.ts";
import { readTapInterfaces } from "../preflight/tapInterfaces.ts";
import { t } from "../../protocol/l10n.ts";

/**
 * Prompts for the host's side of each device. `undefined` if the user dismisses a prompt or has to create a
 * tap interface first.
 */
export async function promptForDevices(
  devices: readonly Device[],
  root: string,
): Promise<Attachments | undefined> {
  const chosen: Record<string, Attachment> = {};
  for (const { name, type } of devices) {
    const host = type === "NET_BASIC" ? await promptForTap(name, root) : await promptForFile(name, root);
    if (host === undefined) return undefined;
    chosen[name] = { host };
  }
  return chosen;
}

async function promptForTap(device: string, root: string): Promise<string | undefined> {
  const { interfaces, taps } = await readTapInterfaces();
  const fresh = freeTapName(interfaces);
  const network = {
    label: t("$(globe) Set Up Network…"),
    description: t("{0} with DHCP", fresh),
    name: fresh,
  };
  const items = [
    ...taps.map((name) => ({ label: name, description: t("tap interface"), name, isNew: false })),
    ...(process.platform === "linux" ? [{ ...network, isNew: true, isNetwork: true }] : []),
    { label: t("$(add) New Tap Interface…"), description: fresh, name: fresh, isNew: true },
  ];
  const chosen = await vscode.window.showQuickPick(items, {
    title: t('Network Device "{0}"', device),
    placeHolder: t("Choose the tap interface to attach it to"),
    ignoreFocusOut: true,
  });
  if (!chosen) return undefined;
  if (!chosen.isNew) return chosen.name;
  if ("isNetwork" in chosen) {
    // Not awaited: the script runs in a terminal, and the boot can't wait for that.
    void vscode.commands.executeCommand("mirageos.setUpNetwork", { tap: fresh });
    return undefined;
  }
  await offerCommands(t("Create the tap interface {0}, then start again.", fresh), {
    title: t("Create {0}", fresh),
    commandLines: tapCommands(fresh, process.platform),
    root,
  });
  return undefined;
}

async function promptForFile(device: string, root: string): Promise<string | undefined> {
  const images = (await readdir(root).catch((): string[] => [])).filter((name) => name.endsWith(".img"));
  const [choose, create] = [t("$(folder-opened) Choose File…"), t("$(add) New File…")];
  const chosen = await vscode.window.showQuickPick([...images, choose, create], {
    title: t('Block Device "{0}"', device),
    placeHolder: t("Choose the file to attach it to"),
    ignoreFocusOut: true,
  });
  if (chosen === choose) {
    const found = await vscode.window.showOpenDialog({
      defaultUri: vscode.Uri.file(root),
      title: t('File for the Block Device "{0}"', device),
    });
    return found?.[0]?.fsPath;
  }
  return chosen === create ? createFile(device, root) : chosen;
}

/** Prompts for a size and a name and creates a sparse file, which takes no disk space until it is written to. */
async function createFile(device: string, root: string): Promise<string | undefined> {
  const size = await vscode.window.showInputBox({
    title: t('Size of the File for "{0}"', device),
    prompt: t("Size in megabytes"),
    value: "16",
    validateInput: (text) =>
      /^[1-9]\d{0,6}$/.test(text) ? undefined : t("Enter a whole number of megabytes, such as 16."),
    ignoreFocusOut: true,
  });
  if (size === undefined) return undefined;
  const name = await vscode.window.showInputBox({
    title: t('Name of the File for "{0}"', device),
    prompt: t("Relative to the unikernel's folder"),
    value: `${device.replace(/[^\w.-]/g, "_")}.img`,
    validateInput: (text) =>
      text === ""
        ? t("Enter a file name.")
        : existsSync(resolve(root, text))
          ? t("This file already exists.")
          : undefined,
    ignoreFocusOut: true,
  });
  if (name === undefined) return undefined;
  const path = resolve(root, name);
  await mkdir(dirname(path), { recursive: true });
  const file = await open(path, "wx");
  try {
    await file.truncate(Number(size) * 1024 * 1024);
  } finally {
    await file.close();
  }
  return relative(root, path);
}

/** Shows shell commands and types them into a terminal if the user agrees. The user runs them with Enter. */
export async function offerCommands(
  message: string,
  { title, commandLines, root }: HostCommands,
): Promise<void> {
  const button = t("Type into Terminal");
  const detail = t(
    "{0}\n\nThe commands are typed into a terminal. Press Enter there to run them.",
    commandLines.join("\n"),
  );
  const answer = await showInformationMessage(message, { modal: true, detail }, button);
  if (answer === button) await typeIntoTerminal(title, commandLines.join(" && "), root);
}

/** The command of the button of a problem that shell commands fix. Ignores arguments of another form. */
export async function showHostCommands(on: unknown): Promise<void> {
  if (typeof on !== "object" || on === null) return;
  const { message, title, commandLines, root } = on as Readonly<Partial<Record<string, unknown>>>;
  if (typeof message !== "string" || typeof title !== "string" || typeof root !== "string") return;
  if (!Array.isArray(commandLines) || !commandLines.every((line) => typeof line === "string")) return;
  await offerCommands(message, { title, commandLines, root });
}
