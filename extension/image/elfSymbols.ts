import { elfHeaderBytes, parseElfHeader, parseSectionHeaders, type SectionHeader } from "./elf.ts";

/** A section of an ELF file that is loaded into memory. */
export interface Section {
  readonly name: string;
  readonly address: bigint;
  /** Position in the file. */
  readonly offset: number;
  readonly bytes: number;
  /** Whether the file contains it (`.bss` is not). */
  readonly stored: boolean;
}

/** A symbol of an ELF file. */
export interface ElfSymbol {
  readonly name: string;
  readonly address: bigint;
  readonly bytes: number;
}

/** An ELF file with its symbols. Addresses are those of the file; a program that is loaded elsewhere adds an offset. */
export interface ElfSymbols {
  readonly entry: bigint;
  /** Whether the loader chooses the address (PIE). */
  readonly relocatable: boolean;
  readonly sections: readonly Section[];
  /** Undefined if there is no symbol of this name, such as in a stripped file. */
  readonly symbol: (name: string) => ElfSymbol | undefined;
  /** The function that contains an address. */
  readonly functionAt: (address: bigint) => ElfSymbol | undefined;
  /** In the order of their addresses. */
  readonly functions: readonly ElfSymbol[];
  /** The bytes of a section, with the relocations that the loader of a PIE applies for a load offset. */
  readonly content: (section: Section, loadOffset?: bigint) => Uint8Array;
}

const symbolSize = 24;
const relocationSize = 24;
const types = { symbols: 2, relocations: 4, noBits: 8 };
const allocated = 2;
/** R_X86_64_RELATIVE and R_AARCH64_RELATIVE: the loader stores the addend plus its offset. */
const relativeRelocations: ReadonlySet<number> = new Set([8, 1027]);
const functionType = 2;

/**
 * Reads the sections and symbols of a 64-bit little-endian ELF file (System V ABI, "Object Files"; `elf(5)`).
 * Undefined for another or a damaged file.
 */
export function readElfSymbols(file: Uint8Array): ElfSymbols | undefined {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  const header = parseElfHeader(bytes.subarray(0, elfHeaderBytes));
  if (header.kind !== "elf") return undefined;
  const headers = parseSectionHeaders(bytes.subarray(header.sections.offset), header.sections);
  const fits = headers?.every(
    ({ type, offset, bytes: length }) => type === types.noBits || offset + length <= bytes.length,
  );
  if (!headers || fits !== true) return undefined;
  const names = headers[header.namesIndex];
  const sections = headers
    .filter(({ flags }) => (flags & allocated) !== 0)
    .map(({ nameAt, type, address, offset, bytes: length }) => ({
      name: names ? cString(bytes, names.offset + nameAt) : "",
      address,
      offset,
      bytes: length,
      stored: type !== types.noBits,
    }));
  const table = symbolTable(bytes, headers);
  return {
    entry: header.entry,
    relocatable: header.relocatable,
    sections,
    symbol: (name) => table.byName().get(name),
    get functions() {
      return table.functions();
    },
    functionAt: (address) => functionAt(table.functions(), address),
    content: (section, loadOffset = 0n) => content(bytes, headers, section, loadOffset),
  };
}

/** Reads the symbols when they are first needed: a linked program has tens of thousands. */
function symbolTable(bytes: Buffer, headers: readonly SectionHeader[]) {
  let all: readonly ElfSymbol[] | undefined;
  let named: Map<string, ElfSymbol> | undefined;
  let code: readonly ElfSymbol[] | undefined;
  const isFunction = new WeakSet<ElfSymbol>();
  const read = (): readonly ElfSymbol[] => {
    const table = headers.find(({ type }) => type === types.symbols);
    const names = table && headers[table.link];
    const found: ElfSymbol[] = [];
    if (!table || !names) return found;
    for (let at = table.offset; at + symbolSize <= table.offset + table.bytes; at += symbolSize) {
      // Section 0 means that the symbol is not defined in this file.
      if (bytes.readUInt16LE(at + 6) === 0) continue;
      const symbol = {
        name: cString(bytes, names.offset + bytes.readUInt32LE(at)),
        address: bytes.readBigUInt64LE(at + 8),
        bytes: Number(bytes.readBigUInt64LE(at + 16)),
      };
      if (((bytes[at + 4] ?? 0) & 0xf) === functionType) isFunction.add(symbol);
      found.push(symbol);
    }
    return found;
  };
  const symbols = () => (all ??= read());
  return {
    byName: () => (named ??= new Map(symbols().map((symbol) => [symbol.name, symbol]))),
    functions: () =>
      (code ??= symbols()
        .filter((symbol) => isFunction.has(symbol))
        .toSorted((a, b) => (a.address < b.address ? -1 : a.address > b.address ? 1 : 0))),
  };
}

function functionAt(functions: readonly ElfSymbol[], address: bigint): ElfSymbol | undefined {
  let [low, high] = [0, functions.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((functions[middle]?.address ?? 0n) <= address) low = middle + 1;
    else high = middle;
  }
  const found = functions[low - 1];
  if (!found) return undefined;
  // Assembly code may have symbols without a size.
  return found.bytes === 0 || address < found.address + BigInt(found.bytes) ? found : undefined;
}

function content(
  bytes: Buffer,
  headers: readonly SectionHeader[],
  section: Section,
  loadOffset: bigint,
): Uint8Array {
  if (!section.stored) return new Uint8Array(section.bytes);
  const copy = Buffer.from(bytes.subarray(section.offset, section.offset + section.bytes));
  const end = section.address + BigInt(section.bytes);
  for (const { type, offset, bytes: length } of headers) {
    if (type !== types.relocations) continue;
    for (let at = offset; at + relocationSize <= offset + length; at += relocationSize) {
      if (!relativeRelocations.has(bytes.readUInt32LE(at + 8))) continue;
      const target = bytes.readBigUInt64LE(at);
      if (target < section.address || target + 8n > end) continue;
      const value = BigInt.asUintN(64, bytes.readBigInt64LE(at + 16) + loadOffset);
      copy.writeBigUInt64LE(value, Number(target - section.address));
    }
  }
  return copy;
}

function cString(bytes: Buffer, at: number): string {
  const end = bytes.indexOf(0, at);
  return bytes.toString("latin1", Math.min(at, bytes.length), end < 0 ? bytes.length : end);
}
