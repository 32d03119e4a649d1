import { blockAt, fieldOf, isImmediate, stringBytes, stringLength, tags, type Block } from "./blocks.ts";
import type { Snapshot } from "./snapshot.ts";

const maxName = 1000;

/**
 * The name in the block of an exception's constructor, or undefined if the block is an object. The prefix that dune puts
 * before the modules of an executable is left out.
 */
export function exceptionName(snapshot: Snapshot, block: Block): string | undefined {
  if (block.tag !== tags.object || block.size !== 2) return undefined;
  const word = fieldOf(snapshot, block, 0);
  if (isImmediate(word)) return undefined;
  const name = blockAt(snapshot, word);
  if (name.tag !== tags.string || stringLength(snapshot, name) > maxName) return undefined;
  const text = Buffer.from(stringBytes(snapshot, name, maxName)).toString("utf8");
  return /^[\p{L}_][\p{L}\p{N}_'.]*$/u.test(text) ? text.replace(/^Dune__exe__/, "") : undefined;
}

/** Splits an exception into its constructor's name and its block. The block is undefined if it has no arguments. */
export function exceptionParts(
  snapshot: Snapshot,
  word: bigint,
): { readonly name: string; readonly block: Block | undefined } | undefined {
  const block = blockAt(snapshot, word);
  if (block.tag === tags.object) {
    const name = exceptionName(snapshot, block);
    return name === undefined ? undefined : { name, block: undefined };
  }
  if (block.tag !== 0 || block.size < 1) return undefined;
  const constructor = fieldOf(snapshot, block, 0);
  if (isImmediate(constructor)) return undefined;
  const name = exceptionName(snapshot, blockAt(snapshot, constructor));
  return name === undefined ? undefined : { name, block };
}
