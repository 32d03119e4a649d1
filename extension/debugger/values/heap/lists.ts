import { blockAt, fieldOf, immediateWord, isImmediate, type Block } from "./blocks.ts";
import { Unreadable, type HeapSnapshot } from "./snapshot.ts";

const empty = immediateWord(0n);
/** A cell of every so many is remembered. */
const stride = 256;

/**
 * The cells of a list from an index on. Ends at the end of the list; throws `Unreadable` for a cell that is not one,
 * and never ends for a cyclic list.
 */
export function* listCells(snapshot: HeapSnapshot, list: bigint, from = 0): Iterable<Block> {
  const known = snapshot.cells.get(list) ?? [];
  snapshot.cells.set(list, known);
  const checkpoint = Math.min(Math.floor(from / stride), known.length - 1);
  let index = Math.max(checkpoint, 0) * stride;
  let at = known[checkpoint] ?? list;
  while (at !== empty) {
    if (isImmediate(at)) throw new Unreadable();
    if (index % stride === 0) known[index / stride] = at;
    const cell = blockAt(snapshot, at);
    if (cell.tag !== 0 || cell.size !== 2) throw new Unreadable();
    const next = fieldOf(snapshot, cell, 1);
    if (index++ >= from) yield cell;
    at = next;
  }
}
