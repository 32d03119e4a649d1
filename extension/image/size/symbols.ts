import type { ByteSource } from "../elf.ts";
import { isSymbolTable, type ImageSection } from "./sections.ts";

/** A defined symbol of an image. */
export interface ImageSymbol {
  readonly name: string;
  readonly address: number;
  /** 0 for most symbols of assembly code, and for all data of OCaml. */
  readonly bytes: number;
  /** Index of its section. */
  readonly section: number;
  readonly global: boolean;
  /** The C file that a local symbol comes from, as the compiler recorded it; empty if unknown. */
  readonly file: string;
}

const entryBytes = 24;
const symbolTypes = { section: 3, file: 4, threadLocal: 6 };
const absoluteSection = 0xff00;
/** Bytes of both tables. The largest images have 2 MB; a hostile file must not use up the memory. */
const tableLimit = 64 << 20;
/** Bytes; the names of functors in functors are long. */
const nameLimit = 1024;
/** Bytes of all names, because a hostile table could use the same bytes for all of them. */
const allNamesLimit = 64 << 20;

/**
 * Reads the table of symbols (`elf(5)`), in its order. Empty if the image was stripped, and if the tables are
 * larger than those of any image.
 */
export async function readSymbols(
  source: ByteSource,
  sections: readonly ImageSection[],
): Promise<readonly ImageSymbol[]> {
  const table = sections.find(isSymbolTable);
  const strings = table && sections[table.link];
  if (!table || !strings || table.bytes > tableLimit || strings.bytes > tableLimit) return [];
  const [entries, names] = await Promise.all([
    source.read(table.offset, table.bytes),
    source.read(strings.offset, strings.bytes),
  ]);
  const symbols: ImageSymbol[] = [];
  let file = "";
  let nameBytes = 0;
  for (let at = 0; at + entryBytes <= entries.length; at += entryBytes) {
    const nameAt = entries.readUInt32LE(at);
    const info = entries[at + 4] ?? 0;
    const section = entries.readUInt16LE(at + 6);
    const type = info & 0xf;
    const isFile = type === symbolTypes.file;
    const skipped = section === 0 || section >= absoluteSection || type === symbolTypes.section;
    if ((skipped && !isFile) || type === symbolTypes.threadLocal) continue;
    const name = nameAtOffset(names, nameAt);
    nameBytes += name.length;
    if (nameBytes > allNamesLimit) return [];
    if (isFile) {
      file = name;
      continue;
    }
    const global = info >> 4 !== 0;
    symbols.push({
      name,
      address: number64(entries, at + 8),
      bytes: number64(entries, at + 16),
      section,
      global,
      file: global ? "" : file,
    });
  }
  return symbols;
}

/** Empty if it is too long. Most names are short, so that a search byte by byte is the fastest. */
function nameAtOffset(names: Buffer, start: number): string {
  const limit = Math.min(names.length, start + nameLimit);
  let end = start;
  while (end < limit && names[end] !== 0) end++;
  return end < limit ? names.toString("latin1", start, end) : "";
}

/** Reads 64 bits without a BigInt, which would take most of the time. Loses bits above 53. */
function number64(bytes: Buffer, at: number): number {
  return bytes.readUInt32LE(at) + (bytes.readUInt32LE(at + 4) & 0x1fffff) * 2 ** 32;
}
