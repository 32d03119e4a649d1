import type { ByteSource, Elf } from "../elf.ts";
import { createOwners, type Library, type Owner, type PackageOfModule } from "./packageOwners.ts";
import { isSymbolTable, loadedBytes, readSections, type ImageSection, type SectionUse } from "./sections.ts";
import { readSymbols, type ImageSymbol } from "./symbols.ts";
import { sectionParts } from "./sectionParts.ts";
import { isUnitMarker, unitRanges } from "./units.ts";

/** What the bytes of a module are for. */
export type ModulePartKind = "code" | "data" | "frametable" | "constants" | "zeroed";

/** A function or value of a module. */
export interface SizedSymbol {
  readonly name: string;
  readonly kind: ModulePartKind;
  readonly bytes: number;
}

/** A compilation unit of OCaml or an object file of C, with the bytes of each kind that it takes in memory. */
export interface ModuleSize extends Owner {
  readonly bytes: Readonly<Record<ModulePartKind, number>>;
  readonly symbols: readonly SizedSymbol[];
}

/** Bytes that belong to no module. */
export interface OtherSizes {
  /** Tables for unwinding the stack, which C++ and debuggers use, and OCaml does not. */
  readonly unwind: number;
  /** Notes and what the dynamic linker needs. */
  readonly linking: number;
  /** Between functions and values, to align them. */
  readonly padding: number;
  /** Constants of C without a symbol, such as literals. */
  readonly literals: number;
  /** Functions that the linker of OCaml generated, and C code without a known file. */
  readonly generated: number;
  readonly unexplained: number;
}

/** The sizes that the headers of an image contain, in bytes. */
export interface SectionSizes {
  readonly file: number;
  /** What a loader puts into memory, including zeroed memory. */
  readonly loaded: number;
  /** What `strip` would remove from the file. */
  readonly removable: number;
  readonly sections: readonly ImageSection[];
  /** Whether the image has no symbols. */
  readonly stripped: boolean;
}

/** The size of an image, in bytes. The sum of all modules and `other` is `loaded`. */
export interface ImageSize extends SectionSizes {
  readonly kind: "size";
  /** Empty if the image has no symbols. */
  readonly modules: readonly ModuleSize[];
  readonly other: OtherSizes;
}

export type ImageSizeResult = ImageSize | Exclude<Elf, { kind: "elf" }>;

export interface SizeOptions {
  /** The libraries that the image may have been linked with. */
  readonly libraries?: readonly Library[];
  readonly packageOfModule?: PackageOfModule;
}

/** Uses of sections whose bytes belong to modules. */
const divided: Partial<Record<SectionUse, ModulePartKind>> = {
  code: "code",
  constants: "constants",
  data: "data",
  zeroed: "zeroed",
};

/** Reads the headers of an image only, which takes a few milliseconds. Undefined if it has none. Rejects if the source does. */
export async function readSectionSizes(source: ByteSource): Promise<SectionSizes | undefined> {
  const read = await readSections(source);
  return read.kind === "sections"
    ? sectionSizes(source, read.sections, !read.sections.some(isSymbolTable))
    : undefined;
}

function sectionSizes(
  { size }: ByteSource,
  sections: readonly ImageSection[],
  stripped: boolean,
): SectionSizes {
  const removable = sum(sections.filter(({ use }) => use === "debug" || use === "symbols"));
  return { file: size, loaded: loadedBytes(sections), removable, sections, stripped };
}

/**
 * Finds out where the bytes of an image come from. Reads headers and symbols only. Rejects if the source does;
 * a file that is not an image, or ends too early, is a result with a reason.
 */
export async function readImageSize(
  source: ByteSource,
  { libraries = [], packageOfModule = () => undefined }: SizeOptions = {},
): Promise<ImageSizeResult> {
  const read = await readSections(source);
  if (read.kind !== "sections") return read;
  const { sections } = read;
  const symbols = await readSymbols(source, sections);
  const ranges = unitRanges(symbols);
  const isSolo5 = sections.some(({ name }) => name === ".note.solo5.abi");
  const owners = createOwners({
    libraries,
    units: new Set(ranges.map(({ unit }) => unit)),
    packageOfModule,
    // The bindings to the tender are the object file solo5_TARGET.o.
    packageOfObjects: isSolo5 && libraries.length > 0 ? "solo5" : undefined,
  });
  const modules = new Map<
    Owner,
    ModuleSize & { bytes: Record<ModulePartKind, number>; symbols: SizedSymbol[] }
  >();
  const moduleOf = (owner: Owner) => {
    const found = modules.get(owner) ?? {
      ...owner,
      bytes: { code: 0, data: 0, frametable: 0, constants: 0, zeroed: 0 },
      symbols: [],
    };
    modules.set(owner, found);
    return found;
  };
  const named = bySection(symbols);
  const other = { unwind: 0, linking: 0, padding: 0, literals: 0, generated: 0, unexplained: 0 };
  for (const [index, section] of sections.entries()) {
    if (!section.loaded) continue;
    const kind = divided[section.use];
    if (kind === undefined || symbols.length === 0) {
      other[section.use === "unwind" ? "unwind" : kind === undefined ? "linking" : "unexplained"] +=
        section.bytes;
      continue;
    }
    const own = {
      section,
      symbols: named.get(index) ?? [],
      ranges: ranges.filter((range) => range.section === index),
    };
    for (const part of sectionParts(own, owners)) {
      if (part.kind !== "owned") {
        other[part.kind] += part.bytes;
        continue;
      }
      const module = moduleOf(part.owner);
      module.bytes[part.part ?? kind] += part.bytes;
      for (const { name, bytes } of part.symbols)
        module.symbols.push({ name, bytes, kind: part.part ?? kind });
    }
  }
  return {
    kind: "size",
    ...sectionSizes(source, sections, symbols.length === 0),
    modules: [...modules.values()],
    other,
  };
}

/** The functions and values in each section, by its index, in the order of their addresses. */
function bySection(symbols: readonly ImageSymbol[]): ReadonlyMap<number, readonly ImageSymbol[]> {
  const found = new Map<number, ImageSymbol[]>();
  for (const symbol of symbols) {
    if (isUnitMarker(symbol.name)) continue;
    const list = found.get(symbol.section);
    if (list) list.push(symbol);
    else found.set(symbol.section, [symbol]);
  }
  // Of several names of one address, the one with a size counts.
  for (const list of found.values()) list.sort((a, b) => a.address - b.address || b.bytes - a.bytes);
  return found;
}

function sum(sections: readonly ImageSection[]): number {
  return sections.reduce((total, { bytes }) => total + bytes, 0);
}
