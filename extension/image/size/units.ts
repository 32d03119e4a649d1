import type { ImageSymbol } from "./symbols.ts";

/** What a part of a compilation unit contains. A frametable describes the stack to the garbage collector. */
export type UnitPart = "code" | "data" | "frametable";

/** A range of addresses that belongs to one compilation unit of OCaml. */
export interface UnitRange {
  /** The name of the unit without the compiler's prefix, such as `Stdlib__List` or `_startup`. */
  readonly unit: string;
  readonly part: UnitPart;
  readonly section: number;
  readonly start: number;
  /** Undefined for a frametable, which ends at the next symbol. */
  readonly end: number | undefined;
}

type Marker = "code_begin" | "code_end" | "data_begin" | "data_end" | "frametable";

/**
 * The names that ocamlopt gives to the limits of a unit: `camlFmt__code_begin` until OCaml 5.0,
 * `camlFmt.code_begin` since 5.1, and `camlFmt$code_begin` where assemblers reject the dot.
 */
const markerName = /^caml(.+?)(?:__|\.|\$)(code_begin|code_end|data_begin|data_end|frametable)$/;

/** Rejects the other names faster. */
const markerEnd = /(?:_begin|_end|frametable)$/;

/** Finds the ranges of the units by the symbols at their limits. */
export function unitRanges(symbols: readonly ImageSymbol[]): readonly UnitRange[] {
  const markers = new Map<string, Map<Marker, ImageSymbol>>();
  for (const symbol of symbols) {
    if (!symbol.name.startsWith("caml") || !markerEnd.test(symbol.name)) continue;
    const [, unit, marker] = markerName.exec(symbol.name) ?? [];
    if (unit === undefined || !isMarker(marker)) continue;
    const found = markers.get(unit) ?? new Map<Marker, ImageSymbol>();
    markers.set(unit, found.set(marker, symbol));
  }
  return [...markers].flatMap(([unit, found]) => {
    const ranges: UnitRange[] = [];
    const add = (part: UnitPart, begin: ImageSymbol | undefined, end: ImageSymbol | undefined): void => {
      if (!begin || !end || begin.section !== end.section || end.address <= begin.address) return;
      ranges.push({ unit, part, section: begin.section, start: begin.address, end: end.address });
    };
    add("code", found.get("code_begin"), found.get("code_end"));
    add("data", found.get("data_begin"), found.get("data_end"));
    const table = found.get("frametable");
    if (table) {
      const { section, address: start } = table;
      ranges.push({ unit, part: "frametable", section, start, end: undefined });
    }
    return ranges;
  });
}

/** Whether a symbol is one of the limits of a unit, and names no function or value. */
export function isUnitMarker(name: string): boolean {
  return name.startsWith("caml") && markerEnd.test(name) && markerName.test(name);
}

function isMarker(word: string | undefined): word is Marker {
  return /^(?:(?:code|data)_(?:begin|end)|frametable)$/.test(word ?? "");
}
