import {
  blockAt,
  fieldOf,
  isImmediate,
  readStringBytes,
  stringLength,
  blockTags,
  type Block,
} from "./blocks.ts";
import type { HeapSnapshot } from "./snapshot.ts";

const maxName = 1000;

/** The name in the block of an exception's constructor, or undefined if the block is an object. */
export function exceptionName(snapshot: HeapSnapshot, block: Block): string | undefined {
  if (block.tag !== blockTags.object || block.size !== 2) return undefined;
  const word = fieldOf(snapshot, block, 0);
  if (isImmediate(word)) return undefined;
  const name = blockAt(snapshot, word);
  if (name.tag !== blockTags.string || stringLength(snapshot, name) > maxName) return undefined;
  const text = Buffer.from(readStringBytes(snapshot, name, maxName)).toString("utf8");
  return /^[\p{L}_][\p{L}\p{N}_'.]*$/u.test(text) ? text : undefined;
}

/** An exception. The block is undefined if it has no arguments. */
export interface ExceptionParts {
  /** As OCaml stores it: `Dune__exe__Unikernel.Refused`. */
  readonly path: string;
  /** Without the prefix that dune puts before the modules of an executable. */
  readonly name: string;
  readonly block: Block | undefined;
}

/** Splits an exception into its constructor's name and its block. */
export function exceptionParts(snapshot: HeapSnapshot, word: bigint): ExceptionParts | undefined {
  const partsOf = (path: string | undefined, arguments_: Block | undefined) =>
    path === undefined ? undefined : { path, name: path.replace(/^Dune__exe__/, ""), block: arguments_ };
  const block = blockAt(snapshot, word);
  if (block.tag === blockTags.object) return partsOf(exceptionName(snapshot, block), undefined);
  if (block.tag !== 0 || block.size < 1) return undefined;
  const constructor = fieldOf(snapshot, block, 0);
  if (isImmediate(constructor)) return undefined;
  return partsOf(exceptionName(snapshot, blockAt(snapshot, constructor)), block);
}
