import type { Owner, Owners } from "./packageOwners.ts";
import type { ImageSection } from "./sections.ts";
import type { ImageSymbol } from "./symbols.ts";
import type { UnitPart, UnitRange } from "./units.ts";

/** A part of a section: what a module owns of it, or bytes that no module owns. */
export type SectionPart =
  | {
      readonly kind: "owned";
      readonly owner: Owner;
      /** Undefined for C, whose parts are of the kind of the section. */
      readonly part: UnitPart | undefined;
      readonly bytes: number;
      readonly symbols: readonly { readonly name: string; readonly bytes: number }[];
    }
  | { readonly kind: "padding" | "literals" | "generated" | "unexplained"; readonly bytes: number };

export interface SectionContent {
  readonly section: ImageSection;
  /** In the order of their addresses, without the limits of units. */
  readonly symbols: readonly ImageSymbol[];
  readonly ranges: readonly UnitRange[];
}

/** A range of addresses; the end is undefined if the next claim ends it. */
interface Claim {
  readonly start: number;
  readonly end: number | undefined;
  readonly part: UnitPart | undefined;
  readonly owner: Owner | undefined;
  readonly name: string | undefined;
}

/** Bytes. Compilers align functions to 16 or 32 bytes, and tables to 64. */
const largestPadding = 63;

/** Divides a section. The sizes add up to that of the section, whatever the symbols are. */
export function sectionParts(content: SectionContent, owners: Owners): readonly SectionPart[] {
  const { section, symbols } = content;
  const claims = claimsOf(content, owners);
  const parts: SectionPart[] = [];
  const limit = section.address + section.bytes;
  let at = section.address;
  let nextSymbol = 0;
  for (const [index, { start, end, part, owner, name }] of claims.entries()) {
    const next = claims[index + 1]?.start ?? limit;
    const from = Math.min(Math.max(at, start), limit);
    const to = Math.min(Math.max(end ?? next, from), limit);
    if (from > at) parts.push(gap(from - at, section));
    at = to;
    if (to === from) continue;
    if (!owner) {
      parts.push({ kind: "generated", bytes: to - from });
      continue;
    }
    if (part === undefined) {
      const own = name === undefined ? [] : [{ name, bytes: to - from }];
      parts.push({ kind: "owned", owner, part, bytes: to - from, symbols: own });
      continue;
    }
    while ((symbols[nextSymbol]?.address ?? limit) < from) nextSymbol++;
    const own: { name: string; bytes: number }[] = [];
    let lastAddress = -1;
    for (let each = symbols[nextSymbol]; each && each.address < to; each = symbols[nextSymbol]) {
      const following = symbols[(nextSymbol += 1)]?.address ?? to;
      const bytes =
        each.bytes > 0 ? Math.min(each.bytes, to - each.address) : Math.min(following, to) - each.address;
      const isAlias = own.length > 0 && each.address === lastAddress;
      if (bytes > 0 && !isAlias) own.push({ name: each.name, bytes });
      lastAddress = each.address;
    }
    parts.push({ kind: "owned", owner, part, bytes: to - from, symbols: own });
  }
  if (limit > at) parts.push(gap(limit - at, section));
  return parts;
}

function gap(bytes: number, section: ImageSection): SectionPart {
  if (bytes <= largestPadding) return { kind: "padding", bytes };
  return { kind: section.use === "constants" ? "literals" : "unexplained", bytes };
}

/** The ranges of units, and the symbols outside of them, by address. */
function claimsOf({ section, symbols, ranges }: SectionContent, owners: Owners): readonly Claim[] {
  const inside = (address: number): boolean =>
    address >= section.address && address < section.address + section.bytes;
  const units = ranges
    .filter(({ start }) => inside(start))
    .map(({ unit, part, start, end }): Claim => {
      return { start, end, part, owner: owners.unit(unit), name: undefined };
    })
    .toSorted(byStart);
  const outside: Claim[] = [];
  let next = 0;
  let covered = 0;
  let last = -1;
  for (const symbol of symbols) {
    if (!inside(symbol.address)) continue;
    while ((units[next]?.start ?? Infinity) <= symbol.address) {
      covered = Math.max(covered, units[next]?.end ?? 0);
      next++;
    }
    if (symbol.address < covered || symbol.address === last) continue;
    last = symbol.address;
    outside.push({
      start: symbol.address,
      end: symbol.bytes > 0 ? symbol.address + symbol.bytes : undefined,
      part: undefined,
      owner: owners.symbol(symbol.name, symbol.file),
      name: symbol.name,
    });
  }
  return [...units, ...outside].toSorted(byStart);
}

const byStart = (a: Claim, b: Claim): number => a.start - b.start;
