import { t } from "../platform/l10n.ts";

/** Bytes of a file, read where they are needed: an image may be large. */
export interface Source {
  /** Bytes from an offset; fewer than `length` where the file ends before. */
  readonly read: (offset: number, length: number) => Promise<Buffer>;
  readonly size: number;
}

/** A part of the file that is loaded or read at start (a program header). */
export interface Segment {
  readonly type: number;
  readonly offset: number;
  readonly bytes: number;
}

/** One note: who defined it, what it is, and its content. */
export interface Note {
  readonly name: string;
  readonly type: number;
  readonly content: Buffer;
}

/** The head of an ELF file of 64 bits in little endian, or why the file is none. */
export type Elf =
  | { readonly kind: "elf"; readonly machine: number; readonly segments: readonly Segment[] }
  | { readonly kind: "notElf" }
  | { readonly kind: "unsupported"; readonly reason: string }
  | { readonly kind: "truncated"; readonly reason: string };

const headerSize = 64;
const segmentHeaderSize = 56;
const noteSegment = 4;
const noteHeaderSize = 12;
/** Solo5's own notes take 7 KB at most; a file that claims more is not read further. */
const notesLimit = 64 * 1024;

/**
 * Reads the headers of an ELF file (System V ABI, "Object Files"; `elf(5)`). Of other word sizes and
 * byte orders only that they are so: Solo5 and Unikraft have no such images.
 */
export async function readElf(source: Source): Promise<Elf> {
  const header = await source.read(0, headerSize);
  if (header.length < 4 || header.readUInt32BE(0) !== 0x7f454c46) return { kind: "notElf" };
  if (header.length < headerSize) {
    return { kind: "truncated", reason: t("it ends within the ELF header, after {0} bytes", header.length) };
  }
  if (header[4] !== 2) return { kind: "unsupported", reason: t("it is not a 64-bit ELF file") };
  if (header[5] !== 1) return { kind: "unsupported", reason: t("it is a big-endian ELF file") };
  const offset = fileOffset(header, 32);
  const [entrySize, count] = [header.readUInt16LE(54), header.readUInt16LE(56)];
  if (count > 0 && entrySize < segmentHeaderSize) {
    return { kind: "unsupported", reason: t("its program headers have {0} bytes", entrySize) };
  }
  const table = await source.read(offset, entrySize * count);
  if (table.length < entrySize * count) {
    return { kind: "truncated", reason: t("its program headers lie beyond its end") };
  }
  const segments: Segment[] = [];
  for (let at = 0; at < table.length; at += entrySize) {
    segments.push({
      type: table.readUInt32LE(at),
      offset: fileOffset(table, at + 8),
      bytes: fileOffset(table, at + 32),
    });
  }
  return { kind: "elf", machine: header.readUInt16LE(18), segments };
}

/**
 * The notes of an ELF file's PT_NOTE segments, in order. What does not fit in its segment or in the
 * file ends the segment; `truncated` says that the file was too short for one.
 */
export async function readNotes(
  source: Source,
  segments: readonly Segment[],
): Promise<{ readonly notes: readonly Note[]; readonly truncated: boolean }> {
  const notes: Note[] = [];
  let truncated = false;
  let left = notesLimit;
  for (const { type, offset, bytes } of segments) {
    if (type !== noteSegment || left <= 0) continue;
    const wanted = Math.min(bytes, left);
    const segment = await source.read(offset, wanted);
    left -= wanted;
    truncated ||= segment.length < wanted;
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

/** An offset no file has becomes one beyond the end of any. */
function fileOffset(bytes: Buffer, at: number): number {
  const offset = bytes.readBigUInt64LE(at);
  return offset > Number.MAX_SAFE_INTEGER ? Number.MAX_SAFE_INTEGER : Number(offset);
}
