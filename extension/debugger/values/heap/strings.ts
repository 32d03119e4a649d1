import { readStringBytes, stringLength, type Block } from "./blocks.ts";
import { escapeBytes } from "./literals.ts";
import type { HeapSnapshot } from "./snapshot.ts";

const shownBytes = 200;

/** A string literal. Of a long string, its start and its length. */
export function textOfString(snapshot: HeapSnapshot, block: Block): string {
  const limit = snapshot.context.textLimit ?? shownBytes;
  const length = stringLength(snapshot, block);
  const bytes = readStringBytes(snapshot, block, limit);
  if (length <= limit) return `"${escapeBytes(bytes)}"`;
  return `"${escapeBytes(wholeCharacters(bytes))}…" (${length} bytes)`;
}

/** Without the part of a character in UTF-8 at the end. */
function wholeCharacters(bytes: Uint8Array): Uint8Array {
  for (let back = 1; back <= 3 && back <= bytes.length; back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte >= 0xc0) return bytes.subarray(0, bytes.length - back);
    if (byte < 0x80) break;
  }
  return bytes;
}
