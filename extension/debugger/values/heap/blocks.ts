import { Unreadable, type HeapSnapshot } from "./snapshot.ts";

/** Tags of OCaml's blocks that have a meaning of their own (`runtime/caml/mlvalues.h`). */
export const blockTags = {
  forcing: 244,
  continuation: 245,
  lazy: 246,
  closure: 247,
  object: 248,
  infix: 249,
  forward: 250,
  abstract: 251,
  string: 252,
  double: 253,
  doubleArray: 254,
  custom: 255,
} as const;

/** A block of the heap. */
export interface Block {
  readonly address: bigint;
  readonly tag: number;
  /** In words. */
  readonly size: number;
}

/** No block of a real program is larger: 2^40 words. */
const maxWords = 1n << 40n;

export const isImmediate = (word: bigint): boolean => (word & 1n) === 1n;

/** The integer that an immediate word stands for, in 63 bits. */
export const immediate = (word: bigint): bigint => BigInt.asIntN(64, word) >> 1n;

/** The word of an integer. */
export const immediateWord = (value: bigint): bigint => BigInt.asUintN(64, (value << 1n) | 1n);

/** Reads the header of a block. Throws `Unreadable` if the word is not a pointer to one. */
export function blockAt(snapshot: HeapSnapshot, word: bigint): Block {
  if (isImmediate(word)) throw new Unreadable();
  const header = snapshot.word(word - 8n);
  const size = header >> 10n;
  if (size > maxWords) throw new Unreadable();
  return { address: word, tag: Number(header & 0xffn), size: Number(size) };
}

/** A field that is a value. Throws `Unreadable` if the block is too small. */
export function fieldOf(snapshot: HeapSnapshot, block: Block, index: number): bigint {
  if (index < 0 || index >= block.size) throw new Unreadable();
  return snapshot.word(block.address + BigInt(index) * 8n);
}

/** Address of a field. */
export const fieldAddress = (block: Block, index: number): bigint => block.address + BigInt(index) * 8n;

/** The double at an address. */
export function doubleAt(snapshot: HeapSnapshot, address: bigint): number {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(snapshot.word(address));
  return bytes.readDoubleLE(0);
}

/** Length in bytes of a string block. Throws `Unreadable` if its last byte is impossible. */
export function stringLength(snapshot: HeapSnapshot, block: Block): number {
  if (block.tag !== blockTags.string || block.size < 1) throw new Unreadable();
  const last = snapshot.word(fieldAddress(block, block.size - 1)) >> 56n;
  if (last > 7n) throw new Unreadable();
  return block.size * 8 - 1 - Number(last);
}

/** The first bytes of a string block, at most `limit`. */
export function readStringBytes(snapshot: HeapSnapshot, block: Block, limit: number): Uint8Array {
  return snapshot.bytes(block.address, Math.min(stringLength(snapshot, block), limit));
}

/** A C string of at most 64 bytes. */
export function cString(snapshot: HeapSnapshot, address: bigint): string {
  const bytes = snapshot.bytes(address, 64);
  const end = bytes.indexOf(0);
  return Buffer.from(bytes.subarray(0, end < 0 ? 64 : end)).toString("latin1");
}
