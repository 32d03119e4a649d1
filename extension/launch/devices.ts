import type { Device } from "../image/solo5Notes.ts";
import { t } from "../platform/l10n.ts";
import type { Attachments } from "./manifest.ts";

/**
 * What each device is attached to: the first of the sources, gravest wish first, that says so; and
 * the devices of which none does.
 */
export function attachmentsFor(
  devices: readonly Device[],
  sources: readonly Attachments[],
): { readonly attachments: Attachments; readonly unmapped: readonly Device[] } {
  const found = devices.map((device) => ({
    device,
    attachment: sources.find((source) => Object.hasOwn(source, device.name))?.[device.name],
  }));
  return {
    attachments: Object.fromEntries(
      found.flatMap(({ device, attachment }) => (attachment ? [[device.name, attachment]] : [])),
    ),
    unmapped: found.flatMap(({ device, attachment }) => (attachment ? [] : [device])),
  };
}

/** Names in `net` and `block` that the image has no device for; the tender would refuse them. */
export function undeclared(devices: readonly Device[], attachments: Attachments): readonly string[] {
  return Object.keys(attachments).filter((name) => !devices.some((device) => device.name === name));
}

/** What names a device of the image under the other kind, one sentence each. */
export function misplaced(devices: readonly Device[], named: readonly Device[]): readonly string[] {
  return named
    .filter(({ name, type }) => devices.some((device) => device.name === name && device.type !== type))
    .map(({ name, type }) =>
      type === "NET_BASIC"
        ? t('"net" names "{0}", which is a block device of the image: name it in "block".', name)
        : t('"block" names "{0}", which is a network device of the image: name it in "net".', name),
    );
}
