import { readFile } from "node:fs/promises";
import { readElfSymbols, type ElfSymbol } from "../../image/elfSymbols.ts";
import type { GdbClient } from "../gdb/gdbClient.ts";
import { miAddress, miString, miTuples } from "../gdb/miRecords.ts";
import type { FunctionPlace } from "../values/declarations.ts";
import type { FrameDescriptor, FrameTable } from "../values/frameTable.ts";
import { frameTableOf, functionPlaces } from "../values/imageFrames.ts";
import { symbolName } from "../values/symbolName.ts";
import type { ProgramSources } from "./sources.ts";

/** A function of the program, with its address in the process. */
export interface ProgramFunction {
  readonly symbol: string;
  readonly address: bigint;
  readonly bytes: number;
}

/** The OCaml program in an image: its functions and what its frame table says about them. */
export interface Program {
  /** Whether the image has symbols, as far as its format is known. */
  readonly hasSymbols: boolean;
  /** Finds out where the program was loaded. To be called when it is loaded, and before the functions below. */
  readonly locate: (gdb: GdbClient) => Promise<void>;
  readonly functionAt: (address: bigint) => ProgramFunction | undefined;
  readonly symbol: (name: string) => bigint | undefined;
  /** The machine code of a function, from the file; undefined if the file does not contain it. */
  readonly code: (functionOf: ProgramFunction) => Uint8Array | undefined;
  readonly frameAt: (returnAddress: bigint) => FrameDescriptor | undefined;
  readonly frames: () => FrameTable | undefined;
  /** The definition name of a function, such as `Dune__exe__Unikernel.Main.start`. */
  readonly definition: (functionOf: ProgramFunction) => string | undefined;
  readonly placeAt: (address: bigint) => FunctionPlace | undefined;
  /** The functions whose symbol matches a pattern. */
  readonly linkedAs: (pattern: RegExp) => readonly ProgramFunction[];
  /** The functions that have a name, as users write it: `Unikernel.Main.start`, `Main.start` or `start`. */
  readonly named: (name: string) => readonly ProgramFunction[];
  /** The functions that are compiled from the user's files. Cached. */
  readonly userFunctions: (gdb: GdbClient, sources: ProgramSources) => Promise<readonly ProgramFunction[]>;
}

/** Reads the image. A file that is not an ELF file is treated as a program without symbols. */
export async function readProgram(path: string): Promise<Program> {
  const file = await readFile(path).catch(() => undefined);
  const elf = file && readElfSymbols(file);
  let offset = 0n;
  let frames: FrameTable | undefined;
  let places: ((address: bigint) => FunctionPlace | undefined) | undefined;
  let users: Promise<readonly ProgramFunction[]> | undefined;
  const placed = (found: ElfSymbol): ProgramFunction => ({
    symbol: found.name,
    address: found.address + offset,
    bytes: found.bytes,
  });
  const functionAt = (address: bigint) => {
    const found = elf?.functionAt(address - offset);
    return found && placed(found);
  };
  const table = () => (frames ??= elf && frameTableOf(elf, offset));
  const placeAt = (address: bigint) => {
    const loaded = table();
    if (elf && loaded) places ??= functionPlaces(elf, loaded, offset);
    return places?.(address);
  };
  const definition = (of: ProgramFunction) => nameOfFunction(of.symbol, placeAt(of.address)?.name);
  return {
    hasSymbols: elf === undefined || elf.functions.length > 0,
    locate: async (gdb) => {
      if (!elf?.relocatable) return;
      const inFile = elf.symbol("caml_frametable")?.address;
      if (inFile === undefined) return;
      const result = await gdb
        .send('-data-evaluate-expression "(long)&caml_frametable"')
        .catch(() => undefined);
      const value = miString(result, "value");
      if (value !== undefined && /^\d+$/.test(value) && BigInt(value) - inFile !== offset) {
        offset = BigInt(value) - inFile;
        frames = places = users = undefined;
      }
    },
    functionAt,
    symbol: (name) => {
      const found = elf?.symbol(name);
      return found && found.address + offset;
    },
    code: ({ address, bytes }) => {
      const inFile = address - offset;
      const section = elf?.sections.find(
        (each) => each.stored && inFile >= each.address && inFile < each.address + BigInt(each.bytes),
      );
      if (!section) return undefined;
      const start = section.offset + Number(inFile - section.address);
      return file?.subarray(start, start + bytes);
    },
    frameAt: (address) => table()?.find(address),
    frames: table,
    definition,
    placeAt,
    linkedAs: (pattern) => (elf?.functions ?? []).filter(({ name }) => pattern.test(name)).map(placed),
    named: (name) => {
      if (!elf) return [];
      const linked = elf.functions.filter((each) => each.name === name).map(placed);
      if (linked.length > 0) return linked;
      const suffix = `.${name}`;
      return elf.functions.map(placed).filter((each) => {
        const full = definition(each);
        return full !== undefined && `.${displayName(full)}`.endsWith(suffix);
      });
    },
    userFunctions: (gdb, sources) => (users ??= findUserFunctions(gdb, sources, functionAt)),
  };
}

/** The functions whose code is in the line tables of the user's files. */
async function findUserFunctions(
  gdb: GdbClient,
  sources: ProgramSources,
  functionAt: Program["functionAt"],
): Promise<readonly ProgramFunction[]> {
  const found = new Map<bigint, ProgramFunction>();
  for (const { built, path } of sources.all()) {
    if (!sources.isUser(path)) continue;
    const lines = await gdb.send(`-symbol-list-lines "${built}"`).catch(() => undefined);
    for (const line of miTuples(lines, "lines")) {
      const address = miAddress(line, "pc");
      const of = address === undefined ? undefined : functionAt(address);
      // Code of a user's file that is inlined into a library does not make the library the user's.
      if (of && of.address === address && of.symbol.startsWith("caml")) found.set(of.address, of);
    }
  }
  return [...found.values()];
}

/**
 * The definition name of a function. `place` is that of a call in it, which may be one of a function that is defined
 * inside of it, for example where its closure is allocated.
 */
function nameOfFunction(symbol: string, place: string | undefined): string | undefined {
  const linked = symbolName(symbol);
  if (linked?.name === "fun") {
    // The name of the function around it is in the frame table, if it makes calls.
    return place?.endsWith("(fun)") ? place : `${linked.unit}.(fun)`;
  }
  if (place === undefined) return linked && `${linked.unit}.${linked.name}`;
  const names = place.split(".");
  const at = linked ? names.lastIndexOf(linked.name) : -1;
  return at > 0 ? names.slice(0, at + 1).join(".") : place;
}

/**
 * A definition name as users know it: `Dune__exe__Unikernel.Main.start` is `Unikernel.Main.start`, and
 * `Stdlib__List.map` is `Stdlib.List.map`.
 */
export function displayName(definition: string): string {
  return definition.replace(/^Dune__exe__/, "").replace(/^[A-Z][\w']*/, (unit) => unit.replaceAll("__", "."));
}
