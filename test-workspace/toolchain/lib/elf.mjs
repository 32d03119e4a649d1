import { closeSync, fstatSync, openSync, readSync } from "node:fs";

/** Solo5's targets by number, as in its elf_abi.h. */
export const abiTargets = [undefined, "hvt", "spt", "virtio", "muen", "genode", "xen"];

/** Device types by number, as in its mft_abi.h. */
export const deviceTypes = { 1: "BLOCK_BASIC", 2: "NET_BASIC" };

/**
 * Padding before `struct mft` in its note. The struct contains 64-bit values, and the header of the note has
 * 20 bytes.
 */
export const padding = 4;

/** Sizes of `struct mft_entry` on a 64-bit host. */
export const entry = { size: 104, name: 68, type: 68 };

const unreadable =
  "invalid executable: invalid or unsupported executable (elf header invalid while loading note)";

/** Returns the notes named `Solo5` in the PT_NOTE segments of an ELF64 file, by type. */
function solo5Notes(bytes) {
  const notes = new Map();
  const headers = Number(bytes.readBigUInt64LE(32));
  const size = bytes.readUInt16LE(54);
  for (let i = 0; i < bytes.readUInt16LE(56); i++) {
    const at = headers + i * size;
    if (bytes.readUInt32LE(at) !== 4) continue;
    const start = Number(bytes.readBigUInt64LE(at + 8));
    const end = start + Number(bytes.readBigUInt64LE(at + 32));
    for (let note = start; note + 12 <= end;) {
      const nameSize = bytes.readUInt32LE(note);
      const contentSize = bytes.readUInt32LE(note + 4);
      const content = note + 12 + ((nameSize + 3) & ~3);
      if (bytes.toString("latin1", note + 12, note + 12 + nameSize) === "Solo5\0") {
        notes.set(bytes.readUInt32LE(note + 8), bytes.subarray(content, content + contentSize));
      }
      note = content + ((contentSize + 3) & ~3);
    }
  }
  return notes;
}

/**
 * Returns the Solo5 target and devices of an image, or the `error` that a tender prints.
 * @returns {{ error: string } | { target: string, version: number, devices: { name: string, type: string }[] }}
 */
export function readImage(path) {
  let file;
  try {
    file = openSync(path, "r");
  } catch (error) {
    return {
      error: `Could not open: ${error.code === "ENOENT" ? "No such file or directory" : "Permission denied"}`,
    };
  }
  try {
    const { size } = fstatSync(file);
    const bytes = Buffer.alloc(size);
    try {
      readSync(file, bytes, 0, size, 0);
    } catch {
      return { error: "pread_in_full for elf header while loading note returned 18446744073709551615 < 0" };
    }
    if (size < 64 || bytes.readUInt32BE(0) !== 0x7f454c46) return { error: unreadable };
    const notes = solo5Notes(bytes);
    const abi = notes.get(0x31494241);
    const manifest = notes.get(0x3154464d)?.subarray(padding);
    if (abi === undefined || manifest === undefined) return { error: unreadable };
    const devices = [];
    for (let i = 1; i < manifest.readUInt32LE(4); i++) {
      const at = 8 + i * entry.size;
      const name = manifest.toString("latin1", at, at + entry.name);
      devices.push({
        name: name.slice(0, name.indexOf("\0")),
        type: deviceTypes[manifest.readUInt32LE(at + entry.type)],
      });
    }
    return { target: abiTargets[abi.readUInt32LE(0)], version: abi.readUInt32LE(4), devices };
  } finally {
    closeSync(file);
  }
}
