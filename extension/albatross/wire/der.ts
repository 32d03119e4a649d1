import { type BaseBlock, Boolean as DerBoolean, Integer, Null, OctetString, Primitive } from "asn1js";
import { DerError, readNodes, universal, type DerNode } from "./derNode.ts";

/** A DER type: whether a node can be one, and how its value is read and written. */
export interface Der<T> {
  readonly name: string;
  readonly matches: (node: DerNode) => boolean;
  /** Throws a DerError. */
  readonly read: (node: DerNode) => T;
  /** A method, so that a type of any value can stand for `Der<unknown>`. */
  write(value: T): BaseBlock;
}

/** The value of a type. */
export type ValueOf<D> = D extends Der<infer T> ? T : never;

/** Reads exactly one value. Throws a DerError if the bytes are not one, or if bytes follow. */
export function readDer<T>(type: Der<T>, bytes: Uint8Array): T {
  const [node, ...others] = readNodes(bytes);
  if (!node || others.length > 0 || !type.matches(node)) throw new DerError(`one ${type.name} expected`);
  return type.read(node);
}

/** Writes one value. */
export const writeDer = <T>(type: Der<T>, value: T): Uint8Array => new Uint8Array(type.write(value).toBER());

/** The numbers of universal tags. */
export const derTags = {
  boolean: 1,
  integer: 2,
  octets: 4,
  null: 5,
  utf8: 12,
  sequence: 16,
  set: 17,
  time: 24,
} as const;

function primitive<T>(
  name: string,
  tag: number,
  read: (content: Uint8Array) => T,
  write: (value: T) => BaseBlock,
): Der<T> {
  const matches = (node: DerNode): boolean =>
    node.tag === tag && node.tagClass === universal && !node.isConstructed;
  return {
    name,
    matches,
    read: (node) => {
      if (!matches(node)) throw new DerError(`${name} expected`);
      return read(node.content);
    },
    write,
  };
}

/** A primitive value with bytes that asn1js cannot write itself. */
const primitiveBlock = (tag: number, valueHex: Uint8Array): Primitive =>
  // asn1js counts the classes from 1.
  new Primitive({ idBlock: { tagClass: universal + 1, tagNumber: tag }, valueHex });

/** The daemon's integers have 63 bits; longer ones are invalid. */
const maxIntegerBytes = 8;

function readInteger(content: Uint8Array): bigint {
  if (content.length === 0 || content.length > maxIntegerBytes)
    throw new DerError(`an INTEGER of ${content.length} bytes`);
  let value = 0n;
  for (const byte of content) value = value * 256n + BigInt(byte);
  return (content[0] ?? 0) >= 128 ? value - (1n << BigInt(8 * content.length)) : value;
}

/** Reads an INTEGER of at most 6 bytes without bigints. */
function readSmallInteger(content: Uint8Array): number {
  if (content.length === 0 || content.length > 6) {
    const value = readInteger(content);
    if (value > Number.MAX_SAFE_INTEGER || value < Number.MIN_SAFE_INTEGER)
      throw new DerError(`the INTEGER ${value} is too large`);
    return Number(value);
  }
  let value = (content[0] ?? 0) >= 128 ? -1 : 0;
  for (const byte of content) value = value * 256 + byte;
  return value;
}

/** An INTEGER of any size that the daemon uses. */
export const bigInt: Der<bigint> = primitive("INTEGER", derTags.integer, readInteger, (value) =>
  Integer.fromBigInt(value),
);

/** An INTEGER that a number can hold. */
export const int: Der<number> = primitive("INTEGER", derTags.integer, readSmallInteger, (value) =>
  Integer.fromBigInt(BigInt(value)),
);

export const bool: Der<boolean> = primitive(
  "BOOLEAN",
  derTags.boolean,
  (content) => {
    if (content.length !== 1) throw new DerError(`a BOOLEAN of ${content.length} bytes`);
    return content[0] !== 0;
  },
  (value) => new DerBoolean({ value }),
);

export const nothing: Der<null> = primitive(
  "NULL",
  derTags.null,
  (content) => {
    if (content.length > 0) throw new DerError("a NULL with content");
    return null;
  },
  () => new Null(),
);

/** Bytes, which share memory with the message. */
export const octets: Der<Uint8Array> = primitive(
  "OCTET STRING",
  derTags.octets,
  (content) => content,
  (value) => new OctetString({ valueHex: value }),
);

/** A signed integer of 64 bits in 8 octets, most significant first. */
export const int64: Der<bigint> = primitive(
  "OCTET STRING",
  derTags.octets,
  (content) => {
    if (content.length !== 8) throw new DerError(`an int64 of ${content.length} bytes`);
    return new DataView(content.buffer, content.byteOffset, 8).getBigInt64(0);
  },
  (value) => {
    const bytes = new Uint8Array(8);
    new DataView(bytes.buffer).setBigInt64(0, value);
    return new OctetString({ valueHex: bytes });
  },
);

/** The bytes of a string, which the daemon does not check: a console line may have any byte. */
export const stringBytes: Der<Uint8Array> = primitive(
  "UTF8String",
  derTags.utf8,
  (content) => content,
  (value) => primitiveBlock(derTags.utf8, value),
);

const decoder = new TextDecoder();
const encoder = new TextEncoder();

/** A string. Bytes that are not UTF-8 are replaced. */
export const utf8String: Der<string> = {
  ...stringBytes,
  read: (node) => decoder.decode(stringBytes.read(node)),
  write: (value) => stringBytes.write(encoder.encode(value)),
};

const timePattern = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:\.(\d{1,12}))?Z$/;

/** A point in time, in milliseconds since the epoch. */
export const time: Der<number> = primitive(
  "GeneralizedTime",
  derTags.time,
  (content) => {
    const match = timePattern.exec(decoder.decode(content));
    if (!match) throw new DerError("an invalid GeneralizedTime");
    const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1, 7).map(Number);
    const milliseconds = Number((match[7] ?? "").padEnd(3, "0").slice(0, 3));
    return Date.UTC(year, month - 1, day, hour, minute, second, milliseconds);
  },
  (value) => {
    // The daemon writes three digits or no fraction; asn1js leaves out zeros at the end.
    const text = new Date(value).toISOString().replaceAll(/[-:T]/g, "").replace(".000Z", "Z");
    return primitiveBlock(derTags.time, encoder.encode(text));
  },
);
