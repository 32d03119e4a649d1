/**
 * Reads DER (X.690) without copies. asn1js, which writes the messages, reads at most some 10,000 console lines a second
 * and needs half a second for a list of a thousand unikernels.
 */

/** Bytes are not what the grammar says. `message` names the part, for the log. */
export class DerError extends Error {}

/** One value: its identifier and its content. Children are read from the content when they are needed. */
export interface DerNode {
  /** 0 for universal tags, 2 for context-specific ones. */
  readonly tagClass: number;
  readonly isConstructed: boolean;
  readonly tag: number;
  readonly content: Uint8Array;
}

export const universal = 0;
export const contextSpecific = 2;

/** Reads the values that fill the bytes. Throws a DerError. */
export function readNodes(bytes: Uint8Array): DerNode[] {
  const nodes: DerNode[] = [];
  let at = 0;
  const next = (): number => {
    const byte = bytes[at++];
    if (byte === undefined) throw new DerError("a value ends too early");
    return byte;
  };
  while (at < bytes.length) {
    const identifier = next();
    let tag = identifier & 0x1f;
    if (tag === 0x1f) {
      tag = 0;
      let byte;
      do {
        byte = next();
        tag = tag * 128 + (byte & 0x7f);
        if (tag > 0xffffff) throw new DerError("a tag is too large");
      } while (byte >= 128);
    }
    let length = next();
    if (length >= 128) {
      const count = length & 0x7f;
      // 0x80 is an indefinite length, which DER does not have.
      if (count === 0 || count > 4) throw new DerError("an invalid length");
      length = 0;
      for (let index = 0; index < count; index++) length = length * 256 + next();
    }
    if (length > bytes.length - at) throw new DerError("a value ends too early");
    nodes.push({
      tagClass: identifier >> 6,
      isConstructed: (identifier & 0x20) !== 0,
      tag,
      content: bytes.subarray(at, at + length),
    });
    at += length;
  }
  return nodes;
}
