import { getSetting } from "../../platform/vscode/settings.ts";
import { join } from "node:path";
import * as vscode from "vscode";
import type { Device, ImageFile } from "../../image/solo5Notes.ts";
import { targets, type TargetId } from "../../mirage/targets.ts";
import { readText } from "../../platform/readText.ts";
import type { Unikernel } from "../../project/model.ts";
import type { Projects } from "../../project/vscode/projects.ts";
import { resolveAttachments, type ResolvedAttachments } from "../boot/attachments.ts";
import { parseAttachments, parseManifest } from "../boot/manifest.ts";
import type { BootRequest } from "./bootRequest.ts";

/** The devices that an image declares in its notes, otherwise those in the manifest of the build. */
export async function declaredDevices(
  unikernel: Pick<Unikernel, "buildDir"> | undefined,
  target: TargetId,
  image: ImageFile,
): Promise<readonly Device[]> {
  if (image.kind === "solo5") return image.devices;
  // Only Solo5 targets have a manifest. For others the file is left over from another target.
  if (!unikernel || !["hvt", "spt", "virtio", "muen", "genode", "xen"].includes(target)) return [];
  const path = join(unikernel.buildDir, "mirage", "manifest.json");
  return parseManifest((await readText(path)) ?? "") ?? [];
}

/** The devices of an image when it is booted as requested. */
export async function bootDevices(
  { project, target, devices = [] }: Pick<BootRequest, "project" | "target" | "devices">,
  image: ImageFile,
): Promise<readonly Device[]> {
  // Unikraft images declare no devices, so those of the configuration are used.
  if (targets[target].family === "unikraft") return devices;
  return declaredDevices(project, target, image);
}

/** The attachments that are known without a prompt: from the request, the last boot, or the setting. */
export function knownAttachments(
  projects: Projects,
  request: Pick<BootRequest, "project" | "scope" | "target" | "image" | "attachments">,
  devices: readonly Device[],
): ResolvedAttachments {
  const { project, scope, target, image, attachments = {} } = request;
  const { family } = targets[target];
  if (family === "unix" || family === "xen") return { attachments: {}, unattached: [] };
  const last = parseAttachments(projects.memory.attachments(project?.id ?? image));
  const resource = vscode.Uri.file(project?.configFile ?? scope.root);
  const setting = parseAttachments(getSetting("devices", resource));
  return resolveAttachments(devices, [attachments, last, setting]);
}
