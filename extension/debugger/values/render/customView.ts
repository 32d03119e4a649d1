import { cString, fieldAddress, fieldOf, blockTags, type Block } from "../heap/blocks.ts";
import { charLiteral, floatLiteral, hexBytes } from "../heap/literals.ts";
import { Unreadable, type HeapSnapshot } from "../heap/snapshot.ts";
import { indexedView, textView, type View } from "./view.ts";

/** A custom block: an integer of a fixed size, a bigarray, or one of another library. */
export function customView(snapshot: HeapSnapshot, block: Block): View {
  if (block.tag !== blockTags.custom || block.size < 2) throw new Unreadable();
  const identifier = cString(snapshot, snapshot.word(fieldOf(snapshot, block, 0)));
  const content = snapshot.word(fieldAddress(block, 1));
  switch (identifier) {
    case "_i":
      return textView(`${BigInt.asIntN(32, content)}l`, true, block.address);
    case "_j":
      return textView(`${BigInt.asIntN(64, content)}L`, true, block.address);
    case "_n":
      return textView(`${BigInt.asIntN(64, content)}n`, true, block.address);
    case "_bigarr02":
      return bigarrayView(snapshot, block);
    default:
      return textView(
        `<custom ${/^[\x20-\x7e]+$/.test(identifier) ? identifier : "block"}>`,
        true,
        block.address,
      );
  }
}

/** Kinds of elements by their number in `runtime/caml/bigarray.h`: name, bytes, and how an element is read. */
const kinds: readonly (readonly [name: string, bytes: number, read: (bytes: Buffer) => string])[] = [
  ["float32", 4, (bytes) => floatLiteral(bytes.readFloatLE(0))],
  ["float64", 8, (bytes) => floatLiteral(bytes.readDoubleLE(0))],
  ["int8_signed", 1, (bytes) => String(bytes.readInt8(0))],
  ["int8_unsigned", 1, (bytes) => String(bytes.readUInt8(0))],
  ["int16_signed", 2, (bytes) => String(bytes.readInt16LE(0))],
  ["int16_unsigned", 2, (bytes) => String(bytes.readUInt16LE(0))],
  ["int32", 4, (bytes) => `${bytes.readInt32LE(0)}l`],
  ["int64", 8, (bytes) => `${bytes.readBigInt64LE(0)}L`],
  ["int", 8, (bytes) => String(bytes.readBigInt64LE(0))],
  ["nativeint", 8, (bytes) => `${bytes.readBigInt64LE(0)}n`],
  [
    "complex32",
    8,
    (bytes) => `{re = ${floatLiteral(bytes.readFloatLE(0))}; im = ${floatLiteral(bytes.readFloatLE(4))}}`,
  ],
  [
    "complex64",
    16,
    (bytes) => `{re = ${floatLiteral(bytes.readDoubleLE(0))}; im = ${floatLiteral(bytes.readDoubleLE(8))}}`,
  ],
  ["char", 1, (bytes) => charLiteral(bytes.readUInt8(0))],
];
const hexShown = 32;

/** What a bigarray is, from `struct caml_ba_array` (`runtime/caml/bigarray.h`). */
export interface Bigarray {
  readonly kind: string;
  /** Bytes of one element. */
  readonly bytes: number;
  readonly read: (bytes: Buffer) => string;
  readonly data: bigint;
  readonly dimensions: readonly number[];
}

/** Reads a custom block that is a bigarray. Throws `Unreadable` for another block. */
export function readBigarray(snapshot: HeapSnapshot, block: Block): Bigarray {
  if (block.tag !== blockTags.custom || block.size < 5) throw new Unreadable();
  if (cString(snapshot, snapshot.word(fieldOf(snapshot, block, 0))) !== "_bigarr02") throw new Unreadable();
  const count = Number(fieldOf(snapshot, block, 2));
  const flags = Number(fieldOf(snapshot, block, 3) & 0xffn);
  const kind = kinds[flags];
  if (!kind || count > 16 || block.size < 5 + count) throw new Unreadable();
  const [name, bytes, read] = kind;
  const dimensions = Array.from({ length: count }, (_, index) => Number(fieldOf(snapshot, block, 5 + index)));
  return { kind: name, bytes, read, data: fieldOf(snapshot, block, 1), dimensions };
}

function bigarrayView(snapshot: HeapSnapshot, block: Block): View {
  const { kind, bytes, read, data, dimensions } = readBigarray(snapshot, block);
  const count = dimensions.reduce((product, each) => product * each, 1);
  const size = dimensions.join("×");
  const isBytes = kind === "char" || kind === "int8_unsigned";
  const text = isBytes ? bytesText(snapshot, data, count) : `<bigarray ${kind} ${size}>`;
  return indexedView({ text, style: "text", count, address: block.address }, (index) => ({
    name: `[${index}]`,
    slot: {
      kind: "text",
      text: read(Buffer.from(snapshot.bytes(data + BigInt(index * bytes), bytes))),
    },
    type: undefined,
  }));
}

/** The start of a range of bytes in hexadecimal digits, and its length. */
export function bytesText(snapshot: HeapSnapshot, address: bigint, length: number): string {
  if (length === 0) return "<0 bytes>";
  const shown = hexBytes(snapshot.bytes(address, Math.min(length, hexShown)));
  return `<${length} ${length === 1 ? "byte" : "bytes"}: ${shown}${length > hexShown ? " …" : ""}>`;
}
