/**
 * Splits a stream of bytes into lines of text. `\n`, `\r\n` and a lone `\r` (progress displays)
 * each end a line. Bytes are split before they are decoded, so a character cut between two chunks
 * stays whole; invalid UTF-8 becomes U+FFFD. A line longer than `maxBytes` (default 64 KiB) is
 * handed on in pieces of that size, so memory stays bounded whatever comes.
 */
export interface LineSplitter {
  readonly push: (bytes: Uint8Array) => void;
  /** Hands on what is left without a line end. */
  readonly end: () => void;
}

const LF = 0x0a;
const CR = 0x0d;

export function lineSplitter(onLine: (line: string) => void, maxBytes = 64 * 1024): LineSplitter {
  let pending: Uint8Array[] = [];
  let pendingBytes = 0;
  let inPieces = false;
  let afterCr = false;

  const keep = (bytes: Uint8Array) => {
    let rest = bytes;
    while (pendingBytes + rest.length > maxBytes) {
      const cut = characterStart(rest, maxBytes - pendingBytes);
      pending.push(rest.subarray(0, cut));
      emitPending();
      inPieces = true;
      rest = rest.subarray(cut);
    }
    if (rest.length === 0) return;
    // Copied: the stream may use its buffer again.
    pending.push(rest.slice());
    pendingBytes += rest.length;
  };

  const emitPending = () => {
    onLine(decode(pending.length === 1 ? pending[0]! : Buffer.concat(pending)));
    pending = [];
    pendingBytes = 0;
  };

  const endLine = (tail: Uint8Array) => {
    if (pendingBytes === 0 && !inPieces && tail.length <= maxBytes) {
      onLine(decode(tail));
      return;
    }
    keep(tail);
    if (pendingBytes > 0) emitPending();
    inPieces = false;
  };

  return {
    push: (bytes) => {
      let start = 0;
      for (let i = 0; i < bytes.length; i++) {
        const byte = bytes[i];
        if (byte === LF && afterCr) start = i + 1;
        else if (byte === LF || byte === CR) {
          endLine(bytes.subarray(start, i));
          start = i + 1;
        }
        afterCr = byte === CR;
      }
      keep(bytes.subarray(start));
    },
    end: () => {
      if (pendingBytes > 0) emitPending();
    },
  };
}

function decode(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8");
}

/** The last cut at or before `at` that leaves UTF-8 characters whole (continuation bytes are 10xxxxxx). */
function characterStart(bytes: Uint8Array, at: number): number {
  for (let cut = at; cut > 0 && cut > at - 4; cut--) {
    if (((bytes[cut] ?? 0) & 0xc0) !== 0x80) return cut;
  }
  return at;
}
