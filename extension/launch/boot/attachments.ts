import type { Device } from "../../image/solo5Notes.ts";
import { t } from "../../protocol/l10n.ts";
import type { Attachments } from "./manifest.ts";

/** Attachments by device name, and the devices without one. */
export interface ResolvedAttachments {
  readonly attachments: Attachments;
  readonly unattached: readonly Device[];
}

/** Looks up the attachment of each device in the sources. An earlier source overrides a later one. */
export function resolveAttachments(
  devices: readonly Device[],
  sources: readonly Attachments[],
): ResolvedAttachments {
  const found = devices.map((device) => ({
    device,
    attachment: sources.find((source) => Object.hasOwn(source, device.name))?.[device.name],
  }));
  return {
    attachments: Object.fromEntries(
      found.flatMap(({ device, attachment }) => (attachment ? [[device.name, attachment]] : [])),
    ),
    unattached: found.flatMap(({ device, attachment }) => (attachment ? [] : [device])),
  };
}

/** Names with an attachment that are not devices of the image. A tender would refuse them. */
export function undeclaredDevices(devices: readonly Device[], attachments: Attachments): readonly string[] {
  return Object.keys(attachments).filter((name) => !devices.some((device) => device.name === name));
}

/** A sentence for each device that a launch configuration names under the wrong kind. */
export function wrongKindProblems(
  devices: readonly Device[],
  configured: readonly Device[],
): readonly string[] {
  return configured
    .filter(({ name, type }) => devices.some((device) => device.name === name && device.type !== type))
    .map(({ name, type }) =>
      type === "NET_BASIC"
        ? t('"{0}" in "net" is a block device of the image. Move it to "block".', name)
        : t('"{0}" in "block" is a network device of the image. Move it to "net".', name),
    );
}
