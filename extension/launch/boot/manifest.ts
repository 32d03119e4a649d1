import type { Device } from "../../image/solo5Notes.ts";

/**
 * Parses the devices of a Solo5 manifest, which mirage writes as `mirage/manifest.json` and
 * `solo5-elftool query-manifest` prints for an image (Solo5's `include/mft_abi.h`). `undefined` if the text
 * is not a manifest of version 1.
 */
export function parseManifest(text: string): readonly Device[] | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return undefined;
  }
  const { type, version, devices } = fields(parsed);
  if (type !== "solo5.manifest" || version !== 1 || !Array.isArray(devices)) return undefined;
  const known: Device[] = [];
  for (const device of devices) {
    const { name, type: kind } = fields(device);
    if (typeof name !== "string" || (kind !== "NET_BASIC" && kind !== "BLOCK_BASIC")) return undefined;
    known.push({ name, type: kind });
  }
  return known;
}

/** The part of the host that a device is attached to. */
export interface Attachment {
  /**
   * A tap interface or, for QEMU, the path of a socket; a file or block device. A relative path is resolved
   * against the project's root.
   */
  readonly host: string;
  /** The guest's hardware address, such as `02:00:00:00:00:01`. */
  readonly mac?: string;
  /** In bytes, a power of two from 512. */
  readonly sectorSize?: number;
}

export type Attachments = Readonly<Record<string, Attachment>>;

/**
 * Parses the setting `mirageos.devices`: by device name, a string for the host's side or an object
 * `{ host, mac?, sectorSize? }`. Other values are ignored, so that their device is reported as unattached.
 */
export function parseAttachments(setting: unknown): Attachments {
  const attachments: Record<string, Attachment> = {};
  for (const [name, value] of Object.entries(fields(setting))) {
    const { host, mac, sectorSize } = typeof value === "string" ? { host: value } : fields(value);
    if (typeof host !== "string" || host === "") continue;
    attachments[name] = {
      host,
      ...(typeof mac === "string" ? { mac } : {}),
      ...(typeof sectorSize === "number" ? { sectorSize } : {}),
    };
  }
  return attachments;
}

function fields(value: unknown): Readonly<Partial<Record<string, unknown>>> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}
