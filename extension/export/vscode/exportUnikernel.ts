import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { userInfo } from "node:os";
import { basename, join } from "node:path";
import * as vscode from "vscode";
import {
  showErrorMessage,
  showInformationMessage,
  showWarningMessage,
} from "../../platform/vscode/messages.ts";
import type { TargetId } from "../../mirage/targets.ts";
import { problems, ProblemError } from "../../platform/errors.ts";
import { shellCommand, shellQuote } from "../../platform/shellQuote.ts";
import { showProblem } from "../../platform/vscode/showProblem.ts";
import { projectFor } from "../../project/vscode/pickProject.ts";
import type { Project, Projects } from "../../project/vscode/projects.ts";
import { t } from "../../protocol/l10n.ts";
import { hypervisorOf, ociArchive, ociLayout, unsupportedDevices, type OciUnikernel } from "../ociImage.ts";
import { systemdUnit, unitFileName, type ServiceBoot } from "../systemdUnit.ts";

/** A built unikernel. */
interface Built {
  readonly name: string;
  readonly target: TargetId;
  /** The image's absolute path. */
  readonly image: string;
  readonly devices: readonly { readonly name: string; readonly type: "NET_BASIC" | "BLOCK_BASIC" }[];
  /** Each escaped for the guest. */
  readonly guestArguments: readonly string[];
}

/** What exporting uses of the room that boots unikernels. */
export interface ExportContext {
  readonly projects: Projects;
  /** Builds a unikernel if it is stale; `undefined` if that failed or the user stopped it. */
  readonly build: (project: Project) => Promise<Built | undefined>;
  /** The command that boots it; `undefined` if the user dismisses a prompt. */
  readonly bootCommand: (
    project: Project,
    built: Built,
  ) => Promise<Pick<ServiceBoot, "command" | "cwd" | "stopCommand" | "taps" | "usesKvm"> | undefined>;
}

type Format = "layout" | "archive" | "unit";

/** Exports a unikernel as a container image or as a systemd unit, to a place that the user chooses. */
export async function exportUnikernel(context: ExportContext, invokedOn: unknown): Promise<void> {
  if (!vscode.workspace.isTrusted) return showProblem(problems.untrusted());
  const project = await projectFor(context.projects, invokedOn);
  const format = project && (await pickFormat(project));
  if (!format) return;
  try {
    const built = await context.build(project);
    if (!built) return;
    await (format === "unit" ? exportUnit(context, project, built) : exportImage(project, built, format));
  } catch (error) {
    if (error instanceof ProblemError) return showProblem(error.problem);
    const reason = error instanceof Error ? error.message : String(error);
    await showErrorMessage(t("Could not export {0}: {1}", project.name, reason));
  }
}

async function pickFormat({ name, target }: Project): Promise<Format | undefined> {
  const container = hypervisorOf(target)
    ? t("A container image for urunc, which runs it as a unikernel.")
    : t("Not for the target {0}: urunc runs images for hvt, spt and virtio.", target);
  const items: (vscode.QuickPickItem & { readonly format: Format })[] = [
    { label: t("OCI Image Layout"), description: t("folder"), detail: container, format: "layout" },
    { label: t("OCI Image Archive"), description: ".tar", detail: container, format: "archive" },
    {
      label: t("systemd Unit"),
      description: ".service",
      detail: t("Boots the unikernel as a service of this computer, with the command line that Run uses."),
      format: "unit",
    },
  ];
  const chosen = await vscode.window.showQuickPick(items, {
    title: t("Export {0} ({1})", name, target),
    placeHolder: t("Choose a format; the unikernel is built first if it has changed"),
    matchOnDetail: true,
  });
  return chosen?.format;
}

async function exportUnit(context: ExportContext, project: Project, built: Built): Promise<void> {
  const boot = await context.bootCommand(project, built);
  if (!boot) return;
  const { username, uid } = userInfo();
  const { name, target } = built;
  const text = systemdUnit({ ...boot, name, target, user: uid === 0 ? undefined : username });
  const uri = await pickFile(project, unitFileName(name), { [t("systemd Unit")]: ["service"] });
  if (!uri) return;
  await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(text));
  await vscode.window.showTextDocument(uri);
  const file = shellQuote(uri.fsPath);
  const service = shellQuote(basename(uri.fsPath));
  await offerCommands(
    t("Exported {0}. Copy it to /etc/systemd/system to start the unikernel with systemctl.", uri.fsPath),
    [
      `sudo cp ${file} /etc/systemd/system/`,
      "sudo systemctl daemon-reload",
      `sudo systemctl enable --now ${service}`,
    ],
    uri,
  );
}

async function exportImage(project: Project, built: Built, format: "layout" | "archive"): Promise<void> {
  const { name, target } = built;
  const hypervisor = hypervisorOf(target);
  if (!hypervisor) {
    const reason = t("urunc runs images for hvt, spt and virtio. Select one of these targets and try again.");
    await showErrorMessage(t("Could not export an image for {0}. {1}", target, reason));
    return;
  }
  const namesOf = (type: "NET_BASIC" | "BLOCK_BASIC") =>
    built.devices.filter((device) => device.type === type).map((device) => device.name);
  const devices = { networks: namesOf("NET_BASIC"), disks: namesOf("BLOCK_BASIC") };
  const unsupported = unsupportedDevices(devices);
  if (unsupported) {
    const reason =
      unsupported === "count"
        ? t("urunc attaches at most one network interface and one disk.")
        : t("urunc accepts only letters and digits in the names of devices.");
    await showErrorMessage(t("Could not export {0}. {1}", name, reason));
    return;
  }
  const uri =
    format === "layout"
      ? await pickFolder(project, `${fileStem(name)}-oci`)
      : await pickFile(project, `${fileStem(name)}.tar`, { [t("OCI Image Archive")]: ["tar"] });
  if (!uri) return;
  const image = await readFile(built.image);
  const fileName = basename(built.image);
  const { guestArguments } = built;
  const unikernel: OciUnikernel = {
    fileName,
    image,
    hypervisor,
    arguments: guestArguments,
    ...devices,
    tag: "latest",
  };
  const layout = ociLayout(unikernel);
  if (format === "archive") await vscode.workspace.fs.writeFile(uri, ociArchive(layout));
  else await replaceFolder(uri, layout);
  const reference = `${format === "layout" ? "oci" : "oci-archive"}:${uri.fsPath}:latest`;
  const registry = `registry.example.com/${imageName(name)}:latest`;
  await offerCommands(
    t("Exported {0}. Nothing was pushed: skopeo copies it to a registry, and urunc runs it.", uri.fsPath),
    [
      shellCommand(["skopeo", "copy", reference, `docker://${registry}`]),
      `sudo nerdctl run --rm -it --runtime io.containerd.urunc.v2 ${registry}`,
    ],
    uri,
  );
}

/** Image names consist of lowercase letters, digits and single separators (OCI Distribution Specification). */
function imageName(name: string): string {
  const safe = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "");
  return safe === "" ? "unikernel" : safe;
}

/** The name of a unikernel is any string of config.ml. */
function fileStem(name: string): string {
  const safe = name.replace(/[\\/:*?"<>|\s]+/g, "-").replace(/^\.+/, "");
  return safe === "" ? "unikernel" : safe;
}

/** The dialog asks before it returns a file that exists. */
async function pickFile(
  { buildDir }: Project,
  name: string,
  filters: Readonly<Record<string, string[]>>,
): Promise<vscode.Uri | undefined> {
  return vscode.window.showSaveDialog({
    title: t("Export Unikernel"),
    saveLabel: t("Export"),
    defaultUri: vscode.Uri.file(join(buildDir, name)),
    filters,
  });
}

/** A new folder with this name in a folder that the user chooses. Asks before an earlier export is replaced. */
async function pickFolder({ buildDir }: Project, name: string): Promise<vscode.Uri | undefined> {
  const [parent] =
    (await vscode.window.showOpenDialog({
      title: t("Export {0} into…", name),
      openLabel: t("Export Here"),
      defaultUri: vscode.Uri.file(buildDir),
      canSelectFiles: false,
      canSelectFolders: true,
    })) ?? [];
  if (!parent) return undefined;
  const uri = vscode.Uri.joinPath(parent, name);
  if (!(await exists(uri))) return uri;
  if (!(await exists(vscode.Uri.joinPath(uri, "oci-layout")))) {
    await showErrorMessage(
      t("{0} already exists and is not an OCI image layout. Choose another folder.", uri.fsPath),
    );
    return undefined;
  }
  const replace = t("Replace");
  const question = t("{0} already exists. Replace the image layout in it?", uri.fsPath);
  const detail = t("All images in this layout are deleted.");
  const answer = await showWarningMessage(question, { modal: true, detail }, replace);
  return answer === replace ? uri : undefined;
}

/** Writes the files next to the folder and then renames, so that no half-written layout stays after an error. */
async function replaceFolder(
  folder: vscode.Uri,
  files: readonly { readonly path: string; readonly content: Uint8Array }[],
): Promise<void> {
  const { fs } = vscode.workspace;
  const written = folder.with({ path: `${folder.path}.${randomUUID()}` });
  try {
    await Promise.all(
      files.map(({ path, content }) => fs.writeFile(vscode.Uri.joinPath(written, path), content)),
    );
    await fs.rename(written, folder, { overwrite: true });
  } catch (error) {
    await fs.delete(written, { recursive: true }).then(undefined, () => undefined);
    throw error;
  }
}

/** Whether there is a file or folder. In a remote window it may be on the computer of the user. */
async function exists(uri: vscode.Uri): Promise<boolean> {
  return vscode.workspace.fs.stat(uri).then(
    () => true,
    () => false,
  );
}

async function offerCommands(message: string, commands: readonly string[], uri: vscode.Uri): Promise<void> {
  const copy = t("Copy Commands");
  const reveal = t("Reveal");
  const chosen = await showInformationMessage(message, copy, reveal);
  if (chosen === copy) await vscode.env.clipboard.writeText(`${commands.join("\n")}\n`);
  if (chosen === reveal) await vscode.commands.executeCommand("revealFileInOS", uri);
}
