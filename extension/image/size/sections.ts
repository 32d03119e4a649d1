import {
  elfHeaderBytes,
  parseElfHeader,
  parseSectionHeaders,
  readElf,
  type ByteSource,
  type Elf,
  type Segment,
} from "../elf.ts";
import { t } from "../../protocol/l10n.ts";

/**
 * What a section is for. All but the last three are loaded into memory. `debug` and `symbols` are what `strip`
 * removes.
 */
export type SectionUse =
  | "code"
  | "constants"
  | "data"
  | "zeroed"
  | "unwind"
  | "notes"
  | "linking"
  | "debug"
  | "symbols"
  | "other";

/** A section of an image. Addresses that no image has are reported as 0. */
export interface ImageSection {
  readonly name: string;
  readonly use: SectionUse;
  readonly loaded: boolean;
  readonly address: number;
  /** Size in memory if it is loaded, else in the file. */
  readonly bytes: number;
  readonly offset: number;
  /** The section's type and linked section, see `elf(5)`. */
  readonly type: number;
  readonly link: number;
}

export type ImageSections =
  | { readonly kind: "sections"; readonly machine: number; readonly sections: readonly ImageSection[] }
  | Exclude<Elf, { kind: "elf" }>;

const loadedSegment = 1;
const types = { content: 1, symbols: 2, strings: 3, note: 7, noBits: 8 };
const flags = { writable: 1, allocated: 2, executable: 4, threadLocal: 0x400 };
/** A file with longer names of sections was not written by a linker. */
const namesLimit = 1 << 20;

/**
 * Reads the sections of an ELF file from its headers. The headers of sections can be removed, because a loader reads only
 * those of segments; the segments then take the place of the sections. Rejects if the source does.
 */
export async function readSections(source: ByteSource): Promise<ImageSections> {
  const header = parseElfHeader(await source.read(0, elfHeaderBytes));
  if (header.kind !== "elf") return header;
  const { offset, entryBytes, count } = header.sections;
  if (count === 0) return segmentsAsSections(source, header.machine);
  const headers = parseSectionHeaders(await source.read(offset, entryBytes * count), header.sections);
  if (!headers) return { kind: "truncated", reason: t("it ends before its section headers") };
  const names = headers[header.namesIndex];
  const nameBytes = names
    ? await source.read(names.offset, Math.min(names.bytes, namesLimit))
    : Buffer.alloc(0);
  // Section 0 is not a section.
  const sections = headers.map((each, index): ImageSection => {
    const name = index === 0 ? "" : cString(nameBytes, each.nameAt);
    const loaded = (each.flags & flags.allocated) !== 0 && index > 0;
    return {
      name,
      use: useOf(name, each.type, each.flags),
      loaded,
      address: Number(BigInt.asUintN(53, each.address)),
      bytes: index === 0 ? 0 : each.bytes,
      offset: each.offset,
      type: each.type,
      link: each.link,
    };
  });
  return completeIn(source, header.machine, sections);
}

async function segmentsAsSections(source: ByteSource, machine: number): Promise<ImageSections> {
  const elf = await readElf(source);
  if (elf.kind !== "elf") return elf;
  const loaded = elf.segments.filter(({ type }) => type === loadedSegment);
  const sections = loaded.flatMap((segment, index): readonly ImageSection[] => {
    const { offset, bytes, memoryBytes } = segment;
    const address = Number(BigInt.asUintN(53, segment.address));
    const shared = { name: t("segment {0}", index + 1), loaded: true, offset, link: 0 };
    const zeroed = Math.max(0, memoryBytes - bytes);
    return [
      { ...shared, use: useOfSegment(segment), address, bytes, type: types.content },
      ...(zeroed > 0
        ? [{ ...shared, use: "zeroed" as const, address: address + bytes, bytes: zeroed, type: types.noBits }]
        : []),
    ];
  });
  return completeIn(source, machine, sections);
}

function completeIn(source: ByteSource, machine: number, sections: readonly ImageSection[]): ImageSections {
  const beyond = sections.find(
    (each) => each.type !== types.noBits && each.offset + each.bytes > source.size,
  );
  if (beyond) return { kind: "truncated", reason: t("it ends before its section {0}", beyond.name) };
  return { kind: "sections", machine, sections };
}

/** What a loader puts into memory, including zeroed memory. */
export function loadedBytes(sections: readonly ImageSection[]): number {
  return sections.reduce((total, { loaded, bytes }) => (loaded ? total + bytes : total), 0);
}

/** Whether the section is the table of symbols. */
export const isSymbolTable = (section: ImageSection): boolean => section.type === types.symbols;

function useOf(name: string, type: number, bits: number): SectionUse {
  if ((bits & flags.allocated) === 0) {
    if (/^\.z?debug|^\.stab|^\.gdb_index/.test(name)) return "debug";
    return type === types.symbols || name === ".strtab" ? "symbols" : "other";
  }
  if (/^\.(?:eh_frame|gcc_except_table|ARM\.ex)/.test(name)) return "unwind";
  if (type === types.note) return "notes";
  if (/^\.(?:interp|dyn|rela?\b|relr|gnu\.|hash|plt|got|init_array|fini_array)/.test(name)) return "linking";
  if (type === types.noBits) return "zeroed";
  if ((bits & flags.executable) !== 0) return "code";
  return (bits & flags.writable) === 0 ? "constants" : "data";
}

const useOfSegment = ({ executable, writable }: Segment): SectionUse =>
  executable ? "code" : writable ? "data" : "constants";

/** Longer names are cut. */
function cString(bytes: Buffer, at: number, limit = 256): string {
  const name = bytes.subarray(at, at + limit);
  const end = name.indexOf(0);
  return name.toString("latin1", 0, end < 0 ? name.length : end);
}
