import { t } from "../protocol/l10n.ts";

/** Random access to the bytes of a file, because an image may be large. */
export interface ByteSource {
  /** Reads bytes from an offset; fewer than `length` at the end of the file. */
  readonly read: (offset: number, length: number) => Promise<Buffer>;
  readonly size: number;
}

/** A segment of the file, from its program header; offset and sizes in bytes. */
export interface Segment {
  readonly type: number;
  /** Whether its bytes are code, and whether they can be changed. */
  readonly executable: boolean;
  readonly writable: boolean;
  readonly offset: number;
  readonly address: bigint;
  readonly bytes: number;
  /** Its size in memory, where zeros follow what the file contains. */
  readonly memoryBytes: number;
}

/** One note: its owner, its type and its content. */
export interface ElfNote {
  readonly name: string;
  readonly type: number;
  readonly content: Buffer;
}

/** The headers of a 64-bit little-endian ELF file, or why the file is not one. */
export type Elf =
  | { readonly kind: "elf"; readonly machine: number; readonly segments: readonly Segment[] }
  | { readonly kind: "notElf" }
  | { readonly kind: "unsupported"; readonly reason: string }
  | { readonly kind: "truncated"; readonly reason: string };

/** The first header of a 64-bit little-endian ELF file: where its tables are, in bytes. */
export interface ElfHeader {
  readonly kind: "elf";
  readonly machine: number;
  /** Whether the loader chooses the address (PIE or shared library). */
  readonly relocatable: boolean;
  readonly entry: bigint;
  readonly segments: HeaderTable;
  readonly sections: HeaderTable;
  /** Index of the section that contains the names of the sections. */
  readonly namesIndex: number;
}

interface HeaderTable {
  readonly offset: number;
  readonly entryBytes: number;
  readonly count: number;
}

/** The header of one section; `nameAt` is an offset in the section of names. */
export interface SectionHeader {
  readonly nameAt: number;
  readonly type: number;
  readonly flags: number;
  readonly address: bigint;
  readonly offset: number;
  readonly bytes: number;
  readonly link: number;
}

/** Bytes of the first header. */
export const elfHeaderBytes = 64;
const sectionHeaderBytes = 64;
const segmentHeaderSize = 56;
const relocatableType = 3;
const noteSegment = 4;
const noteHeaderSize = 12;
/** Bytes. Solo5's notes take 7 KB at most, so nothing beyond this limit is read. */
const notesLimit = 64 * 1024;

/**
 * Parses the first bytes of a file as the header of an ELF file (System V ABI, "Object Files"; `elf(5)`). Other
 * word sizes and byte orders are unsupported, because Solo5 and Unikraft have no such images.
 */
export function parseElfHeader(header: Buffer): ElfHeader | Exclude<Elf, { kind: "elf" }> {
  if (header.length < 4 || header.readUInt32BE(0) !== 0x7f454c46) return { kind: "notElf" };
  if (header.length < elfHeaderBytes) {
    return { kind: "truncated", reason: t("it ends in the ELF header, after {0} bytes", header.length) };
  }
  if (header[4] !== 2) return { kind: "unsupported", reason: t("it is not a 64-bit ELF file") };
  if (header[5] !== 1) return { kind: "unsupported", reason: t("it is a big-endian ELF file") };
  return {
    kind: "elf",
    machine: header.readUInt16LE(18),
    relocatable: header.readUInt16LE(16) === relocatableType,
    entry: header.readBigUInt64LE(24),
    segments: {
      offset: fileOffset(header, 32),
      entryBytes: header.readUInt16LE(54),
      count: header.readUInt16LE(56),
    },
    sections: {
      offset: fileOffset(header, 40),
      entryBytes: header.readUInt16LE(58),
      count: header.readUInt16LE(60),
    },
    namesIndex: header.readUInt16LE(62),
  };
}

/** Parses the table of section headers. Undefined if it is shorter than the header of the file says. */
export function parseSectionHeaders(
  table: Buffer,
  { entryBytes, count }: HeaderTable,
): readonly SectionHeader[] | undefined {
  if (count === 0) return [];
  if (entryBytes < sectionHeaderBytes || table.length < entryBytes * count) return undefined;
  return Array.from({ length: count }, (_, index) => {
    const at = index * entryBytes;
    return {
      nameAt: table.readUInt32LE(at),
      type: table.readUInt32LE(at + 4),
      flags: table.readUInt32LE(at + 8),
      address: table.readBigUInt64LE(at + 16),
      offset: fileOffset(table, at + 24),
      bytes: fileOffset(table, at + 32),
      link: table.readUInt32LE(at + 40),
    };
  });
}

/** Reads the headers of an ELF file and of its segments. */
export async function readElf(source: ByteSource): Promise<Elf> {
  const header = parseElfHeader(await source.read(0, elfHeaderBytes));
  if (header.kind !== "elf") return header;
  const { offset, entryBytes, count } = header.segments;
  if (count > 0 && entryBytes < segmentHeaderSize) {
    return { kind: "unsupported", reason: t("its program headers are {0} bytes long", entryBytes) };
  }
  const table = await source.read(offset, entryBytes * count);
  if (table.length < entryBytes * count) {
    return { kind: "truncated", reason: t("it ends before its program headers") };
  }
  const segments: Segment[] = [];
  for (let at = 0; at < table.length; at += entryBytes) {
    const flags = table.readUInt32LE(at + 4);
    segments.push({
      type: table.readUInt32LE(at),
      executable: (flags & 1) !== 0,
      writable: (flags & 2) !== 0,
      offset: fileOffset(table, at + 8),
      address: table.readBigUInt64LE(at + 16),
      bytes: fileOffset(table, at + 32),
      memoryBytes: fileOffset(table, at + 40),
    });
  }
  return { kind: "elf", machine: header.machine, segments };
}

/**
 * Reads the notes of an ELF file's PT_NOTE segments, in order. A note that does not fit into its segment or
 * into the file ends the segment. `truncated` is set if the file is too short for a segment.
 */
export async function readNotes(
  source: ByteSource,
  segments: readonly Segment[],
): Promise<{ readonly notes: readonly ElfNote[]; readonly truncated: boolean }> {
  const notes: ElfNote[] = [];
  let truncated = false;
  let remaining = notesLimit;
  for (const { type, offset, bytes } of segments) {
    if (type !== noteSegment || remaining <= 0) continue;
    const size = Math.min(bytes, remaining);
    const segment = await source.read(offset, size);
    remaining -= size;
    truncated ||= segment.length < size;
    for (let at = 0; at + noteHeaderSize <= segment.length;) {
      const nameBytes = segment.readUInt32LE(at);
      const contentBytes = segment.readUInt32LE(at + 4);
      const name = at + noteHeaderSize;
      const content = name + aligned(nameBytes);
      if (content + contentBytes > segment.length) break;
      notes.push({
        name: segment.toString("latin1", name, name + nameBytes).replace(/\0.*$/s, ""),
        type: segment.readUInt32LE(at + 8),
        content: segment.subarray(content, content + contentBytes),
      });
      at = content + aligned(contentBytes);
    }
  }
  return { notes, truncated };
}

const aligned = (bytes: number) => Math.ceil(bytes / 4) * 4;

/** Offsets beyond the safe integers become one that is beyond the end of any file. */
function fileOffset(bytes: Buffer, at: number): number {
  const offset = bytes.readBigUInt64LE(at);
  return offset > Number.MAX_SAFE_INTEGER ? Number.MAX_SAFE_INTEGER : Number(offset);
}
