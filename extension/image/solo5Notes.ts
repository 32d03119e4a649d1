import { open, stat } from "node:fs/promises";
import { readElf, readNotes, type ElfNote, type ByteSource } from "./elf.ts";
import { fileSource } from "./fileSource.ts";
import { t } from "../protocol/l10n.ts";

/** A device that an image declares. The image boots only if each device is attached to the host. */
export interface Device {
  readonly name: string;
  readonly type: "NET_BASIC" | "BLOCK_BASIC";
}

/** The interface between tender and image for which the image was linked. */
export interface Abi {
  /** Such as `hvt`; `unknown (7)` for a number that `abiTargets` does not contain. */
  readonly target: string;
  readonly version: number;
}

/** The kind of a file. Each `reason` is a clause about the file, such as `it is not a 64-bit ELF file`. */
export type ImageFile =
  | { readonly kind: "solo5"; readonly abi: Abi; readonly devices: readonly Device[] }
  /** An ELF file without Solo5's notes: a program of the host or a Unikraft image. */
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

/** `struct mft_entry` of Solo5's `include/mft_abi.h`: name[68], type, and fields that only a tender sets. */
const entry = { bytes: 104, nameBytes: 68, type: 68 };
const maxEntries = 64;
const reservedFirst = 2 ** 30;
const deviceTypes: Readonly<Record<number, Device["type"]>> = { 1: "BLOCK_BASIC", 2: "NET_BASIC" };

/** Reads the ABI and the devices in an image's Solo5 notes. Never rejects. Reads a few KB of the file. */
export async function readImage(path: string): Promise<ImageFile> {
  let file;
  try {
    // Opening a pipe would block.
    if (!(await stat(path)).isFile()) return { kind: "unreadable", reason: t("it is not a regular file") };
    file = await open(path, "r");
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return code === "ENOENT" ? { kind: "missing" } : { kind: "unreadable", reason: message };
  }
  try {
    return await parseImage(await fileSource(file));
  } catch (error) {
    return { kind: "unreadable", reason: error instanceof Error ? error.message : String(error) };
  } finally {
    await file.close();
  }
}

/** Like `readImage`, from any source of bytes. Rejects if the source does. */
export async function parseImage(source: ByteSource): Promise<ImageFile> {
  const elf = await readElf(source);
  if (elf.kind !== "elf") return elf;
  const { notes, truncated } = await readNotes(source, elf.segments);
  const [abi, manifest] = [solo5Note(notes, abiType), solo5Note(notes, manifestType)];
  if (!abi || !manifest) {
    if (truncated) return { kind: "truncated", reason: t("it ends before its notes") };
    if (abi || manifest) return { kind: "badNotes", reason: t("it has only one of the two Solo5 notes") };
    return { kind: "elf", machine: elf.machine };
  }
  const devices = parseDevices(manifest);
  if (abi.length < 8) return { kind: "badNotes", reason: t("its ABI note is too short") };
  if (typeof devices === "string") return { kind: "badNotes", reason: devices };
  const target = abi.readUInt32LE(0);
  return {
    kind: "solo5",
    abi: { target: abiTargets[target] ?? `unknown (${target})`, version: abi.readUInt32LE(4) },
    devices,
  };
}

function solo5Note(notes: readonly ElfNote[], noteType: number): Buffer | undefined {
  return notes.find(({ name, type }) => name === "Solo5" && type === noteType)?.content;
}

/** Parses a manifest note (`struct mft`) with the checks of Solo5's `mft_validate`, or says what is wrong. */
function parseDevices(note: Buffer): readonly Device[] | string {
  // The structure is aligned to 8 bytes, so 4 bytes of padding follow the note's header of 20 bytes.
  const manifest = note.subarray(4);
  if (manifest.length < 8) return t("its manifest is too short");
  const [version, entries] = [manifest.readUInt32LE(0), manifest.readUInt32LE(4)];
  if (version !== 1) return t("its manifest has version {0}, not 1", version);
  if (entries < 1 || entries > maxEntries || manifest.length !== 8 + entries * entry.bytes) {
    return t("its manifest should have {0} entries, but has {1} bytes", entries, manifest.length);
  }
  const devices: Device[] = [];
  for (let index = 0; index < entries; index++) {
    const at = 8 + index * entry.bytes;
    const name = manifest.toString("latin1", at, at + entry.nameBytes);
    const type = manifest.readUInt32LE(at + entry.type);
    if (index === 0) {
      if (type !== reservedFirst) return t("the first entry of its manifest is not reserved");
      continue;
    }
    const known = deviceTypes[type];
    if (!known) return t("its manifest has a device of unknown type {0}", type);
    devices.push({ name: name.replace(/\0.*$/s, ""), type: known });
  }
  return devices;
}
