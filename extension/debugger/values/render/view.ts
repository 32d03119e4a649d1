import type { ScopedType } from "../types/scopedType.ts";

/** Where a part of a value is. */
export type Slot =
  /** A word and, if the program stores it in memory, its address. */
  | { readonly kind: "word"; readonly word: bigint; readonly address: bigint | undefined }
  /** A float that is stored without a block of its own. */
  | { readonly kind: "float"; readonly value: number; readonly address: bigint }
  /** Something that the debugger computed, such as an element of a bigarray. */
  | { readonly kind: "text"; readonly text: string };

/** A part of a value with what is known of its type; undefined if it has to be read by its shape. */
export interface Part {
  readonly name: string;
  readonly accessor?: string | undefined;
  readonly slot: Slot;
  readonly type: ScopedType | undefined;
}

/** How the parts of a value are printed. */
export type ViewStyle =
  /** `{a = 1; b = 2}` */
  | "record"
  /** `(1, 2)`; also the arguments of a constructor */
  | "tuple"
  /** `[1; 2]` */
  | "list"
  /** `[|1; 2|]` */
  | "array"
  /** `{1 → "a"; 2 → "b"}`: parts in pairs */
  | "map"
  /** `{1; 2}` */
  | "set"
  /** A constructor or name with one argument: `Some 1` */
  | "argument"
  /** The text alone is printed. */
  | "text";

/** A value as a text or as parts. */
export interface View {
  /** The whole text of a value without parts, or what is before the parts: `Some`, `` `B ``, `ref`. */
  readonly text: string;
  readonly style: ViewStyle;
  /** The number of parts; `undefined` if it is found only by walking through them. */
  readonly count: number | undefined;
  /** Parts from an index on. Walks lazily, and may throw `Missing` or `Unreadable` at any step. */
  readonly parts: (from: number) => Iterable<Part>;
  /** Whether the type was known, so that the value was not read by its shape. */
  readonly typed: boolean;
  /** For a list: the rest of it from an index on. */
  readonly rest?: (from: number) => bigint | undefined;
  /** Address of the block, to recognize cycles; undefined for immediate values. */
  readonly address: bigint | undefined;
}

const noParts = (): Iterable<Part> => [];

/** A value without parts. */
export function textView(text: string, typed = true, address?: bigint): View {
  return { text, style: "text", count: 0, parts: noParts, typed, address };
}

/** A value whose parts are computed from their index. */
export function indexedView(
  view: Omit<View, "parts" | "count" | "typed"> & { readonly count: number; readonly typed?: boolean },
  part: (index: number) => Part,
): View {
  return {
    typed: true,
    ...view,
    *parts(from) {
      for (let index = from; index < view.count; index++) yield part(index);
    },
  };
}

/** A value whose parts are found one after the other. */
export function walkedView(
  view: Omit<View, "parts" | "typed"> & { readonly typed?: boolean },
  walk: () => Iterable<Part>,
): View {
  return {
    typed: true,
    ...view,
    *parts(from) {
      let index = 0;
      for (const part of walk()) if (index++ >= from) yield part;
    },
  };
}
