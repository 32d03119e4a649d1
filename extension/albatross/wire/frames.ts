/** A frame of the daemon is longer than allowed. */
export class FrameTooLongError extends Error {
  readonly bytes: number;
  constructor(bytes: number) {
    super(`a frame of ${bytes} bytes`);
    this.bytes = bytes;
  }
}

const prefixBytes = 4;

/** Puts the length before the bytes: 4 bytes, most significant first. Empty bytes end a stream of raw frames. */
export function encodeFrame(bytes: Uint8Array): Uint8Array {
  const frame = new Uint8Array(prefixBytes + bytes.length);
  new DataView(frame.buffer).setUint32(0, bytes.length);
  frame.set(bytes, prefixBytes);
  return frame;
}

/** Collects frames from bytes that arrive in any pieces. */
export interface FrameReader {
  /**
   * Returns the frames that are complete now, without their prefixes. A length of 0 or less ends the stream; frames after
   * that are ignored. Throws a FrameTooLongError. The frames may share memory with the pieces.
   */
  readonly push: (piece: Uint8Array) => readonly Uint8Array[];
  /** Whether bytes of an incomplete frame have arrived. */
  readonly isPartial: () => boolean;
  /** Whether a length of 0 or less has ended the stream. */
  readonly isEnded: () => boolean;
}

/** Creates a reader that refuses frames with more than `maxBytes`. It stores only what has arrived. */
export function createFrameReader(maxBytes: number): FrameReader {
  let pieces: Uint8Array[] = [];
  let stored = 0;
  let needed = prefixBytes;
  let ended = false;

  return {
    push: (piece) => {
      if (ended) return [];
      pieces.push(piece);
      stored += piece.length;
      if (stored < needed) return [];
      const bytes = pieces.length === 1 ? piece : Buffer.concat(pieces);
      const frames: Uint8Array[] = [];
      let at = 0;
      needed = prefixBytes;
      while (bytes.length - at >= prefixBytes) {
        const length = new DataView(bytes.buffer, bytes.byteOffset + at).getInt32(0);
        if (length <= 0) {
          ended = true;
          at = bytes.length;
          break;
        }
        if (length > maxBytes) throw new FrameTooLongError(length);
        needed = prefixBytes + length;
        if (bytes.length - at < needed) break;
        frames.push(bytes.subarray(at + prefixBytes, at + needed));
        at += needed;
        needed = prefixBytes;
      }
      const rest = bytes.subarray(at);
      pieces = rest.length > 0 ? [rest] : [];
      stored = rest.length;
      return frames;
    },
    isPartial: () => stored > 0,
    isEnded: () => ended,
  };
}
