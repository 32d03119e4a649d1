import type { Device } from "../image/solo5Notes.ts";
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
