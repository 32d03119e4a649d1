import { open, stat } from "node:fs/promises";
import { readElf, readNotes, type Note, type Source } from "./elf.ts";
import { t } from "../platform/l10n.ts";

/** A device an image declares; it boots only when each is attached to something of the host. */
export interface Device {
  readonly name: string;
  readonly type: "NET_BASIC" | "BLOCK_BASIC";
}

/** Which interface to its tender an image was linked for. */
export interface Abi {
  /** Such as `hvt`; `unknown (7)` for a number that Solo5 had not given when this was written. */
  readonly target: string;
  readonly version: number;
}

/** What a file turned out to be. Reasons are phrases that follow the file's name. */
export type ImageFile =
  | { readonly kind: "solo5"; readonly abi: Abi; readonly devices: readonly Device[] }
  /** An ELF file without Solo5's notes: a program of a host, or a Unikraft image. */
  | { readonly kind: "elf"; readonly machine: number }
  | { readonly kind: "notElf" }
  | { readonly kind: "missing" }
  | {
      readonly kind: "unreadable" | "truncated" | "unsupported" | "badNotes";
      readonly reason: string;
    };

const abiType = 0x31494241;
const manifestType = 0x3154464d;

/** By number, as in the `abi_target` of Solo5's `include/elf_abi.h`. */
const abiTargets = [undefined, "hvt", "spt", "virtio", "muen", "genode", "xen"];

/** `struct mft_entry` of Solo5's `include/mft_abi.h`: name[68], type, and what only a tender fills in. */
const entry = { bytes: 104, nameBytes: 68, type: 68 };
const maxEntries = 64;
const reservedFirst = 2 ** 30;
const deviceTypes: Readonly<Record<number, Device["type"]>> = { 1: "BLOCK_BASIC", 2: "NET_BASIC" };

/** Reads what an image needs from its Solo5 notes. Never rejects; reads a few KB however large it is. */
export async function readImage(path: string): Promise<ImageFile> {
  let file;
  try {
    // A pipe would be waited for when it is opened.
    if (!(await stat(path)).isFile()) return { kind: "unreadable", reason: t("it is not an ordinary file") };
    file = await open(path, "r");
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return code === "ENOENT" ? { kind: "missing" } : { kind: "unreadable", reason: message };
  }
  try {
    const { size } = await file.stat();
    return await imageIn({
      size,
      read: async (offset, length) => {
        const bytes = Math.max(0, Math.min(length, size - offset));
        if (bytes === 0) return Buffer.alloc(0);
        const { buffer, bytesRead } = await file.read(Buffer.alloc(bytes), 0, bytes, offset);
        return buffer.subarray(0, bytesRead);
      },
    });
  } catch (error) {
    return { kind: "unreadable", reason: error instanceof Error ? error.message : String(error) };
  } finally {
    await file.close();
  }
}

/** The same of bytes from anywhere. Rejects only when reading does. */
export async function imageIn(source: Source): Promise<ImageFile> {
  const elf = await readElf(source);
  if (elf.kind !== "elf") return elf;
  const { notes, truncated } = await readNotes(source, elf.segments);
  const [abi, manifest] = [noteOf(notes, abiType), noteOf(notes, manifestType)];
  if (!abi || !manifest) {
    if (truncated) return { kind: "truncated", reason: t("its notes lie beyond its end") };
    if (abi || manifest) return { kind: "badNotes", reason: t("it has only one of Solo5's two notes") };
    return { kind: "elf", machine: elf.machine };
  }
  const devices = devicesOf(manifest);
  if (abi.length < 8) return { kind: "badNotes", reason: t("its note of the ABI is too short") };
  if (typeof devices === "string") return { kind: "badNotes", reason: devices };
  const target = abi.readUInt32LE(0);
  return {
    kind: "solo5",
    abi: { target: abiTargets[target] ?? `unknown (${target})`, version: abi.readUInt32LE(4) },
    devices,
  };
}

function noteOf(notes: readonly Note[], wanted: number): Buffer | undefined {
  return notes.find(({ name, type }) => name === "Solo5" && type === wanted)?.content;
}

/** The devices in a manifest note (`struct mft`), checked as Solo5's `mft_validate` does; or why it is wrong. */
function devicesOf(note: Buffer): readonly Device[] | string {
  // The structure holds 64-bit values, so it starts 8 bytes aligned from the note's 20 bytes of header.
  const manifest = note.subarray(4);
  if (manifest.length < 8) return t("its manifest is too short");
  const [version, entries] = [manifest.readUInt32LE(0), manifest.readUInt32LE(4)];
  if (version !== 1) return t("its manifest has version {0}, not 1", version);
  if (entries < 1 || entries > maxEntries || manifest.length !== 8 + entries * entry.bytes) {
    return t("its manifest is said to have {0} entries and has {1} bytes", entries, manifest.length);
  }
  const devices: Device[] = [];
  for (let index = 0; index < entries; index++) {
    const at = 8 + index * entry.bytes;
    const name = manifest.toString("latin1", at, at + entry.nameBytes);
    const type = manifest.readUInt32LE(at + entry.type);
    if (index === 0) {
      if (type !== reservedFirst) return t("the first entry of its manifest is not the reserved one");
      continue;
    }
    const known = deviceTypes[type];
    if (!known) return t("its manifest has a device of the unknown type {0}", type);
    devices.push({ name: name.replace(/\0.*$/s, ""), type: known });
  }
  return devices;
}
