import { resolveType } from "../types/resolveType.ts";
import type { ScopedType } from "../types/scopedType.ts";
import {
  blockAt,
  doubleAt,
  immediate,
  isImmediate,
  readStringBytes,
  stringLength,
  blockTags,
} from "../heap/blocks.ts";
import { Missing, Unreadable, type HeapSnapshot } from "../heap/snapshot.ts";
import { viewOfWord } from "../render/typedView.ts";
import type { Slot } from "../render/view.ts";
import type { PathLiteral } from "./parsePath.ts";

/** Longer strings are not compared. */
const maxString = 1024 * 1024;

/**
 * The number, string, character, boolean or constant constructor that a value is, or undefined for any other value.
 * Throws `Missing` or `Unreadable`.
 */
export function scalarOf(
  snapshot: HeapSnapshot,
  slot: Slot,
  type: ScopedType | undefined,
): PathLiteral | undefined {
  if (slot.kind === "float") return { kind: "float", value: slot.value };
  if (slot.kind === "text") return undefined;
  const { word } = slot;
  const layout = type && resolveType(snapshot, type);
  const name = layout?.kind === "known" ? layout.name : undefined;
  if (isImmediate(word)) {
    const value = immediate(word);
    if (name === "bool") return { kind: "bool", value: value === 1n };
    if (name === "char") return { kind: "char", value: Number(value) };
    if (name === "unit") return { kind: "unit" };
    if (name === "list") return { kind: "constructor", value: "[]" };
    if (name === "option") return { kind: "constructor", value: "None" };
    if (layout?.kind === "variant" || layout?.kind === "polymorphicVariant") {
      const view = viewOfWord(snapshot, word, type);
      return view.count === 0 ? { kind: "constructor", value: view.text } : undefined;
    }
    return { kind: "int", value };
  }
  if (layout && name === undefined && layout.kind !== "unknown") return undefined;
  const block = blockAt(snapshot, word);
  if (block.tag === blockTags.string) {
    if (stringLength(snapshot, block) > maxString) return undefined;
    return {
      kind: "string",
      value: Buffer.from(readStringBytes(snapshot, block, maxString)).toString("latin1"),
    };
  }
  if (block.tag === blockTags.double && block.size === 1)
    return { kind: "float", value: doubleAt(snapshot, word) };
  if (block.tag !== blockTags.custom) return undefined;
  const integer = /^(-?\d+)[lLn]$/.exec(viewOfWord(snapshot, word, type).text)?.[1];
  return integer === undefined ? undefined : { kind: "int", value: BigInt(integer) };
}

/** Whether an error means that a value could not be read. */
export const isReadError = (error: unknown): boolean =>
  error instanceof Missing || error instanceof Unreadable;
