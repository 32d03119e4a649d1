/** A place in the source for a frame. Lines count from 1, columns from 0, in bytes. */
export interface FrameLocation {
  /** With its modules: `Dune__exe__Unikernel.Main.start`, or `….loop.(fun)`. */
  readonly definition: string;
  /** As passed to the compiler: `unikernel.ml`. */
  readonly file: string;
  readonly line: number;
  readonly startColumn: number;
  /** Counts from the beginning of `line`, even if the expression ends on a later line. */
  readonly endColumn: number;
  readonly raises: boolean;
}

/** Bits of a descriptor's frame size. */
export const descriptorFlags = { debug: 1, allocations: 2, both: 3 };

/** The next multiple of `size`. */
export const align = (at: number, size: number): number => Math.ceil(at / size) * size;

/** Offset of the first debug information of a descriptor, or undefined if it has none. */
export function locationOffset(bytes: DataView, at: number): number | undefined {
  const size = bytes.getUint16(at + 8, true);
  if ((size & descriptorFlags.debug) === 0) return undefined;
  let end = at + 12 + bytes.getUint16(at + 10, true) * 2;
  let count = 1;
  if ((size & descriptorFlags.allocations) !== 0) {
    count = bytes.getUint8(end);
    end += count + 1;
  }
  end = align(end, 4);
  for (let index = 0; index < count; index++, end += 4) {
    const relative = bytes.getUint32(end, true);
    if (relative !== 0) return end + (relative | 0);
  }
  return undefined;
}

/** More frames are never inlined into one. */
const maxInlined = 100;
const samples = 500;

/**
 * Whether lines and columns are packed as since OCaml 5.2, where an end line is included. The two formats are not marked:
 * a line below 128 of the older one has zeros where the newer one has the whole line, which is never 0.
 */
export function isPackedFully(bytes: DataView, offsets: readonly number[]): boolean {
  let zero = 0;
  let seen = 0;
  for (const at of offsets) {
    const offset = locationOffset(bytes, at);
    if (offset === undefined || offset + 8 > bytes.byteLength || offset < 0) continue;
    const high = bytes.getUint32(offset + 4, true);
    if ((high & 0x80000000) === 0 && high >>> 19 === 0) zero++;
    if (++seen >= samples) break;
  }
  return zero * 10 < seen;
}

/** Reads the locations of one descriptor (`caml_debuginfo_location` in `runtime/backtrace_nat.c`), innermost first. */
export function readLocations(
  bytes: DataView,
  start: number,
  packedFully: boolean,
): readonly FrameLocation[] {
  const locations: FrameLocation[] = [];
  for (let at = start; locations.length < maxInlined && at >= 0 && at + 8 <= bytes.byteLength; at += 8) {
    const low = bytes.getUint32(at, true);
    const high = bytes.getUint32(at + 4, true);
    const info = at + (low & 0x3fffffc);
    if (info + 4 > bytes.byteLength) break;
    const file = cString(bytes, info + bytes.getInt32(info, true));
    const raises = (low & 2) !== 0;
    locations.push({ file, raises, ...place(bytes, info, low, high, packedFully) });
    if ((low & 1) === 0) break;
  }
  return locations;
}

type Place = Pick<FrameLocation, "definition" | "line" | "startColumn" | "endColumn">;

function place(bytes: DataView, info: number, low: number, high: number, packedFully: boolean): Place {
  if (!packedFully) {
    return {
      definition: cString(bytes, info + 4),
      line: high >>> 12,
      startColumn: (high >>> 4) & 0xff,
      endColumn: ((high & 0xf) << 6) | (low >>> 26),
    };
  }
  if ((high & 0x80000000) !== 0 && info + 12 <= bytes.byteLength) {
    // The columns did not fit and are before the name.
    return {
      definition: cString(bytes, info + 12),
      line: (high >>> 12) & 0x7ffff,
      startColumn: bytes.getUint16(info + 4, true),
      endColumn: bytes.getInt32(info + 8, true),
    };
  }
  return {
    definition: cString(bytes, info + 4),
    line: high >>> 19,
    startColumn: (high >>> 10) & 0x3f,
    endColumn: ((high >>> 3) & 0x7f) + (((high & 7) << 6) | (low >>> 26)),
  };
}

/** Names and files are at most this long. */
const maxName = 1000;

function cString(bytes: DataView, at: number): string {
  if (at < 0 || at >= bytes.byteLength) return "";
  const length = Math.min(maxName, bytes.byteLength - at);
  const text = Buffer.from(bytes.buffer, bytes.byteOffset + at, length);
  const end = text.indexOf(0);
  return text.toString("utf8", 0, end < 0 ? length : end);
}
