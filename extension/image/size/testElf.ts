/** Makes ELF files with sections and symbols for tests and benches. */
import type { ByteSource } from "../elf.ts";

export interface TestSection {
  readonly name: string;
  readonly address: number;
  readonly bytes: number;
  /** As in `elf(5)`; SHT_PROGBITS by default. */
  readonly type?: number;
  /** Letters of `readelf`: `A` allocated, `W` writable, `X` executable, `T` thread-local. */
  readonly flags?: string;
}

export interface TestSymbol {
  readonly name: string;
  /** The index of the section in the list, starting at 0; undefined for the name of a source file. */
  readonly section: number | undefined;
  readonly address: number;
  readonly bytes: number;
  readonly isFunction?: boolean;
  readonly global?: boolean;
}

const flagBits: Readonly<Record<string, number>> = { W: 1, A: 2, X: 4, T: 0x400 };
const noBits = 8;
const [symbolTable, stringTable] = [2, 3];

/** An ELF file for x86-64 with these sections, filled with zeros, and with a table of symbols if there are any. */
export function elfWithSymbols(sections: readonly TestSection[], symbols: readonly TestSymbol[]): Buffer {
  const names = stringsOf(symbols.map(({ name }) => name));
  const entries = Buffer.alloc(24 * (symbols.length + 1));
  for (const [index, { section, address, bytes, isFunction = false, global = true }] of symbols.entries()) {
    const at = 24 * (index + 1);
    const type = section === undefined ? 4 : isFunction ? 2 : 0;
    entries.writeUInt32LE(names.offsets[index] ?? 0, at);
    entries[at + 4] = (global && section !== undefined ? 0x10 : 0) | type;
    entries.writeUInt16LE(section === undefined ? 0xfff1 : section + 1, at + 6);
    entries.writeBigUInt64LE(BigInt(address), at + 8);
    entries.writeBigUInt64LE(BigInt(bytes), at + 16);
  }
  const hasSymbols = symbols.length > 0;
  const tables = [
    ...(hasSymbols
      ? [
          { name: ".symtab", type: symbolTable, content: entries },
          { name: ".strtab", type: stringTable, content: names.content },
        ]
      : []),
    { name: ".shstrtab", type: stringTable, content: Buffer.alloc(0) },
  ];
  const all = [
    ...sections.map((section) => ({ type: 1, flags: "", ...section })),
    ...tables.map(({ name, type, content }) => ({
      name,
      type,
      flags: "",
      address: 0,
      bytes: content.length,
    })),
  ];
  const sectionNames = stringsOf(all.map(({ name }) => name));
  const headers = Buffer.alloc(64 * (all.length + 1));
  const contents: Buffer[] = [];
  let offset = 64;
  for (const [index, { type, flags, address, bytes }] of all.entries()) {
    const table = tables[index - sections.length];
    const isLast = index === all.length - 1;
    const content = isLast
      ? sectionNames.content
      : (table?.content ?? Buffer.alloc(type === noBits ? 0 : bytes));
    const at = 64 * (index + 1);
    headers.writeUInt32LE(sectionNames.offsets[index] ?? 0, at);
    headers.writeUInt32LE(type, at + 4);
    headers.writeUInt32LE(
      flags.split("").reduce((bits, letter) => bits | (flagBits[letter] ?? 0), 0),
      at + 8,
    );
    headers.writeBigUInt64LE(BigInt(address), at + 16);
    headers.writeBigUInt64LE(BigInt(offset), at + 24);
    headers.writeBigUInt64LE(BigInt(isLast ? content.length : bytes), at + 32);
    if (table?.type === symbolTable) headers.writeUInt32LE(index + 2, at + 40);
    contents.push(content);
    offset += content.length;
  }
  return Buffer.concat([elfHeader(offset, all.length + 1), ...contents, headers]);
}

/** A source that has the file in memory, with a size that may differ. */
export function inMemory(file: Buffer, size = file.length): ByteSource {
  return { size, read: async (at, length) => await Promise.resolve(file.subarray(at, at + length)) };
}

function elfHeader(sectionsAt: number, count: number): Buffer {
  const header = Buffer.alloc(64);
  header.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  header.writeUInt16LE(2, 16);
  header.writeUInt16LE(62, 18);
  header.writeUInt32LE(1, 20);
  header.writeBigUInt64LE(BigInt(sectionsAt), 40);
  header.writeUInt16LE(64, 52);
  header.writeUInt16LE(56, 54);
  header.writeUInt16LE(64, 58);
  header.writeUInt16LE(count, 60);
  header.writeUInt16LE(count - 1, 62);
  return header;
}

function stringsOf(names: readonly string[]): {
  readonly content: Buffer;
  readonly offsets: readonly number[];
} {
  let next = 1;
  const encoded = names.map((name) => Buffer.from(`${name}\0`, "latin1"));
  const offsets = encoded.map(({ length }) => (next += length) - length);
  return { content: Buffer.concat([Buffer.alloc(1), ...encoded]), offsets };
}
