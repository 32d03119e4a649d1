import type { ElfSymbol, ElfSymbols } from "../../image/elfSymbols.ts";
import type { FunctionPlace } from "./declarations.ts";
import type { FrameTable } from "./frameTable.ts";
import { parseFrameTable } from "./frameTable.ts";
import { symbolName } from "./symbolName.ts";

/**
 * The frame table of an OCaml program, from its file. `loadOffset` is the difference between the addresses of the process and
 * those of the file: 0 unless the file is relocatable. Undefined if the file is not an OCaml program or is stripped.
 */
export function frameTableOf(elf: ElfSymbols, loadOffset = 0n): FrameTable | undefined {
  const table = elf.symbol("caml_frametable");
  const section = elf.sections.find(
    ({ address, bytes }) => table && address <= table.address && table.address < address + BigInt(bytes),
  );
  if (!table || !section) return undefined;
  return parseFrameTable(
    { address: section.address + loadOffset, bytes: elf.content(section, loadOffset) },
    table.address + loadOffset,
  );
}

/** Names functions by the definition names and places in the frame table, else by their symbol. */
export function functionPlaces(
  elf: ElfSymbols,
  frames: FrameTable,
  loadOffset = 0n,
): (address: bigint) => FunctionPlace | undefined {
  const found = new Map<bigint, FunctionPlace>();
  return (address) => {
    const symbol = elf.functionAt(address - loadOffset);
    if (!symbol) return undefined;
    const known = found.get(symbol.address) ?? placeOf(symbol, frames, loadOffset);
    found.set(symbol.address, known);
    return known;
  };
}

function placeOf(symbol: ElfSymbol, frames: FrameTable, loadOffset: bigint): FunctionPlace {
  const start = symbol.address + loadOffset;
  // The last location of a call is in the function itself, those before are inlined.
  const own = frames
    .within(start, start + BigInt(symbol.bytes) + 1n)
    .flatMap(({ locations }) => locations.slice(-1));
  const [first] = own.toSorted((a, b) => a.line - b.line);
  if (first) return { name: first.definition, file: first.file, line: first.line };
  const name = symbolName(symbol.name);
  if (!name) return { name: symbol.name };
  return { name: `${name.unit}.${name.name === "fun" ? "(fun)" : name.name}` };
}
