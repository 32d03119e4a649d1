/**
 * Splits a stream of bytes into lines of text. `\n`, `\r\n` and a lone `\r` (in progress displays) each end a line.
 * Bytes are split before they are decoded, so a character that is cut between two chunks stays whole. Invalid UTF-8
 * becomes U+FFFD. A line longer than `maxBytes` (default 64 KiB) is emitted in pieces of at most that size, so memory is
 * bounded for any input.
 */
export interface LineSplitter {
  readonly push: (bytes: Uint8Array) => void;
  /** Emits the last line if it has no line end. */
  readonly end: () => void;
}

/**
 * Receives one line, or one piece of a long line. `isRest` is true for every piece after the first. A line may share
 * memory with the other lines of its chunk (up to `maxBytes`).
 */
export type OnLine = (line: string, isRest: boolean) => void;

const LF = 0x0a;
const CR = 0x0d;

export function lineSplitter(onLine: OnLine, maxBytes = 64 * 1024): LineSplitter {
  let pending: Uint8Array[] = [];
  let pendingBytes = 0;
  let inPieces = false;
  let afterCr = false;

  const buffer = (bytes: Uint8Array) => {
    let rest = bytes;
    while (pendingBytes + rest.length > maxBytes) {
      const cut = characterStart(rest, maxBytes - pendingBytes);
      pending.push(rest.subarray(0, cut));
      emitPending();
      inPieces = true;
      rest = rest.subarray(cut);
    }
    if (rest.length === 0) return;
    // Copy, because the stream may reuse its buffer. (Buffer's own slice does not copy.)
    pending.push(Uint8Array.prototype.slice.call(rest));
    pendingBytes += rest.length;
  };

  const emitPending = () => {
    onLine(decode(pending.length === 1 ? pending[0]! : Buffer.concat(pending)), inPieces);
    pending = [];
    pendingBytes = 0;
  };

  const endPending = (tail: Uint8Array) => {
    buffer(tail);
    if (pendingBytes > 0) emitPending();
    inPieces = false;
  };

  /** Reads at most `maxBytes`. No line within them is too long, so they can be decoded together. */
  const pushPart = (bytes: Uint8Array) => {
    let start = afterCr && bytes[0] === LF ? 1 : 0;
    if (pendingBytes > 0 || inPieces) {
      const end = firstLineEnd(bytes);
      if (end < 0) {
        buffer(bytes);
        afterCr = false;
        return;
      }
      endPending(bytes.subarray(0, end));
      start = end + (bytes[end] === CR && bytes[end + 1] === LF ? 2 : 1);
    }
    const lastCr = bytes.lastIndexOf(CR);
    const end = Math.max(bytes.lastIndexOf(LF), lastCr) + 1;
    if (end > start) emitLines(decode(bytes.subarray(start, end)), lastCr >= start, onLine);
    buffer(bytes.subarray(Math.max(start, end)));
    afterCr = bytes[bytes.length - 1] === CR;
  };

  return {
    push: (bytes) => {
      for (let at = 0; at < bytes.length; at += maxBytes) pushPart(bytes.subarray(at, at + maxBytes));
    },
    end: () => {
      if (pendingBytes > 0) emitPending();
    },
  };
}

/** Emits the lines of a text that ends with a line end. */
function emitLines(text: string, hasCr: boolean, onLine: OnLine): void {
  let start = 0;
  while (start < text.length) {
    const found = text.indexOf("\n", start);
    const end = found < 0 ? text.length : found;
    if (hasCr) {
      const upTo = text[end - 1] === "\r" && end > start ? end - 1 : end;
      for (const line of text.slice(start, upTo).split("\r")) onLine(line, false);
    } else {
      onLine(text.slice(start, end), false);
    }
    start = end + 1;
  }
}

function firstLineEnd(bytes: Uint8Array): number {
  for (let at = 0; at < bytes.length; at++) {
    if (bytes[at] === LF || bytes[at] === CR) return at;
  }
  return -1;
}

function decode(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8");
}

/** Returns the last offset at or before `at` that is between UTF-8 characters. Continuation bytes are 10xxxxxx. */
function characterStart(bytes: Uint8Array, at: number): number {
  for (let cut = at; cut > 0 && cut > at - 4; cut--) {
    if (((bytes[cut] ?? 0) & 0xc0) !== 0x80) return cut;
  }
  return at;
}
