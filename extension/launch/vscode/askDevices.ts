import { existsSync } from "node:fs";
import { mkdir, open, readdir } from "node:fs/promises";
import { dirname, relative, resolve } from "node:path";
import * as vscode from "vscode";
import type { HostCommands } from "../../platform/errors.ts";
import { typeIntoTerminal } from "../../toolchain/vscode/setupTerminal.ts";
import { freeTapName, tapCommands } from "../hostCommands.ts";
import type { Attachment, Attachments, Device } from "../manifest.ts";
import { readTaps } from "../taps.ts";
import { t } from "../../platform/l10n.ts";

/** Asks what each device is to be attached to. Undefined when a question was dismissed or has to wait. */
export async function askForDevices(
  devices: readonly Device[],
  root: string,
): Promise<Attachments | undefined> {
  const chosen: Record<string, Attachment> = {};
  for (const { name, type } of devices) {
    const host = type === "NET_BASIC" ? await askForTap(name, root) : await askForFile(name, root);
    if (host === undefined) return undefined;
    chosen[name] = { host };
  }
  return chosen;
}

async function askForTap(device: string, root: string): Promise<string | undefined> {
  const { interfaces, taps } = await readTaps();
  const fresh = freeTapName(interfaces);
  const items = [
    ...taps.map((name) => ({ label: name, description: t("tap interface"), name, make: false })),
    { label: t("$(add) New Tap Interface…"), description: fresh, name: fresh, make: true },
  ];
  const chosen = await vscode.window.showQuickPick(items, {
    title: t('Network Device "{0}"', device),
    placeHolder: t("The tap interface it is attached to"),
    ignoreFocusOut: true,
  });
  if (!chosen) return undefined;
  if (!chosen.make) return chosen.name;
  await offerCommands(t("Make the tap interface {0}, then start again.", fresh), {
    title: t("Create {0}", fresh),
    commandLines: tapCommands(fresh, process.platform),
    root,
  });
  return undefined;
}

async function askForFile(device: string, root: string): Promise<string | undefined> {
  const images = (await readdir(root).catch((): string[] => [])).filter((name) => name.endsWith(".img"));
  const [choose, create] = [t("$(folder-opened) Choose a File…"), t("$(add) New File…")];
  const chosen = await vscode.window.showQuickPick([...images, choose, create], {
    title: t('Block Device "{0}"', device),
    placeHolder: t("The file it is attached to"),
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

/** Makes a file of zeroes that takes no room on the disk until it is written to. */
async function createFile(device: string, root: string): Promise<string | undefined> {
  const size = await vscode.window.showInputBox({
    title: t('Size of the File for "{0}"', device),
    prompt: t("In megabytes"),
    value: "16",
    validateInput: (text) =>
      /^[1-9]\d{0,6}$/.test(text) ? undefined : t("A whole number of megabytes, such as 16"),
    ignoreFocusOut: true,
  });
  if (size === undefined) return undefined;
  const name = await vscode.window.showInputBox({
    title: t('Name of the File for "{0}"', device),
    prompt: t("Relative to the unikernel's folder"),
    value: `${device.replace(/[^\w.-]/g, "_")}.img`,
    validateInput: (text) =>
      text === ""
        ? t("A name")
        : existsSync(resolve(root, text))
          ? t("There is such a file already")
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

/** Shows commands; those the user agrees to are typed into a terminal, and sent by the user. */
export async function offerCommands(
  message: string,
  { title, commandLines, root }: HostCommands,
): Promise<void> {
  const type = t("Type into Terminal");
  const detail = t("{0}\n\nThey are typed into a terminal; Enter runs them.", commandLines.join("\n"));
  const answer = await vscode.window.showInformationMessage(message, { modal: true, detail }, type);
  if (answer === type) await typeIntoTerminal(title, commandLines.join(" && "), root);
}

/** The command behind the button of a problem that commands mend. Does nothing with other arguments. */
export async function showHostCommands(on: unknown): Promise<void> {
  if (typeof on !== "object" || on === null) return;
  const { message, title, commandLines, root } = on as Readonly<Partial<Record<string, unknown>>>;
  if (typeof message !== "string" || typeof title !== "string" || typeof root !== "string") return;
  if (!Array.isArray(commandLines) || !commandLines.every((line) => typeof line === "string")) return;
  await offerCommands(message, { title, commandLines, root });
}
