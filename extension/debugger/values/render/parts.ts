import type { ScopedType } from "../types/scopedType.ts";
import { blockAt, fieldAddress, fieldOf, type Block } from "../heap/blocks.ts";
import { Unreadable, type HeapSnapshot } from "../heap/snapshot.ts";
import type { Part } from "./view.ts";

/** A field of a block as a part. */
export function fieldPart(
  snapshot: HeapSnapshot,
  block: Block,
  index: number,
  part: { readonly name: string; readonly accessor?: string; readonly type: ScopedType | undefined },
): Part {
  const address = fieldAddress(block, index);
  return { ...part, slot: { kind: "word", word: fieldOf(snapshot, block, index), address } };
}

/** The block of a word, which must have this tag and size. */
export function blockOf(snapshot: HeapSnapshot, word: bigint, tag: number, size: number): Block {
  const block = blockAt(snapshot, word);
  if (block.tag !== tag || block.size !== size) throw new Unreadable();
  return block;
}
