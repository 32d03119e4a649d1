import type { ValueContext } from "../declarations.ts";
import { asScopedType, printScoped, type ScopedType, type ValueType } from "../types/scopedType.ts";
import { unreadableText, renderText } from "./renderText.ts";
import { Missing, computeFromSnapshot, type HeapSnapshot } from "../heap/snapshot.ts";
import { viewOfWord } from "./typedView.ts";
import type { Part, Slot, View } from "./view.ts";

/** A value as it is shown. */
export interface RenderedValue {
  /** One line: `{id = 2; path = "/item/2"}`. Shortened with `…` beyond about 200 characters. */
  readonly text: string;
  /** As OCaml prints types; `?` or `X.t ?` if the value was read by its shape, because its type is not known or abstract. */
  readonly type: string;
  /** 0 if there is nothing to expand. */
  readonly childCount: number;
  /** Returns the children from an index on. Never rejects. */
  readonly children: (start: number, count: number) => Promise<readonly RenderedChild[]>;
}

/** A part of a value. */
export interface RenderedChild extends RenderedValue {
  /** The field, such as `id`, the index, such as `[3]`, or the key of a map. */
  readonly name: string;
  /**
   * What follows the expression of the parent to get this one: `.id` or `.(3)`; or what is before it: `fst` and
   * `snd`. Undefined if no expression leads to it.
   */
  readonly accessor: string | undefined;
  /** Address of the eight bytes that contain it; undefined if it cannot be edited. */
  readonly address: bigint | undefined;
  /** Undefined for an unboxed float. */
  readonly word: bigint | undefined;
  /** Pass it to `renderValue` or `editValue`; undefined if the type is not known. */
  readonly valueType: ScopedType | undefined;
}

/** Items that a value shows at most. A longer list has its rest as the last child. */
const maxItems = 1000;

/**
 * Renders an OCaml value. `type` is a type as OCaml prints it or a parsed one; without it, the value is read by
 * its shape and its type is `?`. Never rejects: what cannot be read becomes `<unreadable>`.
 */
export async function renderValue(
  context: ValueContext,
  word: bigint,
  type?: ValueType,
): Promise<RenderedValue> {
  return renderSlot(
    context,
    { kind: "word", word, address: undefined },
    asScopedType(type, context.scope ?? ""),
  );
}

/** Like `renderValue`, for any part of a value. */
export async function renderSlot(
  context: ValueContext,
  slot: Slot,
  type: ScopedType | undefined,
): Promise<RenderedValue> {
  return computeFromSnapshot(context, (snapshot) => summarize(snapshot, slot, type));
}

function summarize(snapshot: HeapSnapshot, slot: Slot, type: ScopedType | undefined): RenderedValue {
  const text = renderText(snapshot, slot, type);
  const { childCount, typed } = outline(snapshot, slot, type);
  const printed = type && printScoped(type);
  return {
    text,
    type: slot.kind === "float" ? "float" : typed ? (printed ?? "?") : printed ? `${printed} ?` : "?",
    childCount,
    children: async (start, count) => {
      if (slot.kind !== "word") return [];
      const { word } = slot;
      return computeFromSnapshot(snapshot.context, (current) =>
        childrenOf(current, word, type, start, count),
      );
    },
  };
}

function outline(
  snapshot: HeapSnapshot,
  slot: Slot,
  type: ScopedType | undefined,
): { readonly childCount: number; readonly typed: boolean } {
  if (slot.kind !== "word") return { childCount: 0, typed: true };
  try {
    const view = viewOfWord(snapshot, slot.word, type);
    return { childCount: countChildren(view), typed: view.typed };
  } catch (error) {
    unreadableText(error);
    return { childCount: 0, typed: type !== undefined };
  }
}

function countChildren(view: View): number {
  const parts = view.style === "map" ? 2 : 1;
  if (view.count !== undefined) return Math.ceil(view.count / parts);
  let count = 0;
  try {
    for (const _ of view.parts(0)) {
      void _;
      if (++count > maxItems * parts) break;
    }
  } catch (error) {
    unreadableText(error);
  }
  const items = Math.ceil(count / parts);
  // Without a rest to show, the items beyond the limit are left out.
  return items > maxItems && !view.rest ? maxItems : items;
}

function childrenOf(
  snapshot: HeapSnapshot,
  word: bigint,
  type: ScopedType | undefined,
  start: number,
  count: number,
): readonly RenderedChild[] {
  const found: RenderedChild[] = [];
  const wanted = Math.min(count, maxItems);
  try {
    const view = viewOfWord(snapshot, word, type);
    if (view.rest && view.count === undefined && start + wanted > maxItems) {
      const rest = view.rest(maxItems);
      if (rest !== undefined) {
        const items = childrenOf(snapshot, word, type, start, maxItems - start);
        const slot: Slot = { kind: "word", word: rest, address: undefined };
        return [...items, childOf(snapshot, `[${maxItems}…]`, { name: "", slot, type })];
      }
    }
    let key: Part | undefined;
    for (const part of view.parts(view.style === "map" ? start * 2 : start)) {
      if (found.length >= wanted) break;
      if (view.style === "map" && !key) {
        key = part;
        continue;
      }
      const name = key ? renderText(snapshot, key.slot, key.type) : part.name;
      key = undefined;
      found.push(childOf(snapshot, name, part));
    }
  } catch (error) {
    if (!(error instanceof Missing)) unreadableText(error);
  }
  return found;
}

function childOf(snapshot: HeapSnapshot, name: string, { slot, type, accessor }: Part): RenderedChild {
  return {
    ...summarize(snapshot, slot, type),
    name,
    accessor,
    address: slot.kind === "text" ? undefined : slot.address,
    word: slot.kind === "word" ? slot.word : undefined,
    valueType: type,
  };
}
