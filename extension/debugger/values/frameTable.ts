import {
  align,
  descriptorFlags as flags,
  isPackedFully,
  locationOffset,
  readLocations,
  type FrameLocation,
} from "./frameLocations.ts";

/** Where a root of the garbage collector is while a call is active. */
export type LiveSlot =
  /** Bytes above the stack pointer after the call. */
  { readonly kind: "stack"; readonly offset: number } | { readonly kind: "register"; readonly index: number };

/** What OCaml's runtime knows about a return address. */
export interface FrameDescriptor {
  readonly returnAddress: bigint;
  /** Bytes from the stack pointer after the call to that of the caller's frame, return address included. */
  readonly frameSize: number;
  readonly live: readonly LiveSlot[];
  /** Innermost first: the last one is the function itself, those before were inlined. Empty without `-g`. */
  readonly locations: readonly FrameLocation[];
  /** Whether the call is one to the garbage collector, which keeps registers. */
  readonly allocates: boolean;
  /** The blocks for which the collector was called, from the lowest address to the highest. */
  readonly allocations: readonly Allocation[];
}

/** A block that is allocated. */
export interface Allocation {
  /** The size with the header. */
  readonly bytes: number;
  /** As those of a frame. */
  readonly locations: readonly FrameLocation[];
}

export interface FrameTable {
  readonly size: number;
  readonly find: (returnAddress: bigint) => FrameDescriptor | undefined;
  /** Those with a return address in the range, in order of addresses. */
  readonly within: (from: bigint, to: bigint) => readonly FrameDescriptor[];
}

/** Bytes of a program and the address of the first one. */
export interface MemoryRange {
  readonly address: bigint;
  readonly bytes: Uint8Array;
}

/** The descriptor of a return into C code. */
const returnToC = 0xffff;
const maxTables = 100_000;

/**
 * Reads the frame tables of an OCaml program from its data. `data` contains the array at `table`, the symbol
 * `caml_frametable`, and everything it points to. Supports 64-bit programs of OCaml 4.13 to 5.4
 * (`runtime/caml/frame_descriptors.h`). Returns an empty table for data that is not one. Only the positions of descriptors are
 * read at first, because a program has tens of thousands.
 */
export function parseFrameTable(data: MemoryRange, table: bigint): FrameTable {
  const bytes = new DataView(data.bytes.buffer, data.bytes.byteOffset, data.bytes.byteLength);
  const { addresses, offsets } = positions(bytes, data.address, table);
  const order = Array.from(addresses.keys()).toSorted((a, b) => (addresses[a] ?? 0) - (addresses[b] ?? 0));
  const sorted = Float64Array.from(order, (index) => addresses[index] ?? 0);
  let packing: boolean | undefined;
  /** Index of the first descriptor at or after an address. */
  const lowerBound = (address: bigint): number => {
    const wanted = Number(address);
    let [low, high] = [0, sorted.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((sorted[middle] ?? 0) < wanted) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  const read = new Map<number, FrameDescriptor>();
  const at = (index: number): FrameDescriptor => {
    packing ??= isPackedFully(bytes, offsets);
    const known = read.get(index) ?? descriptor(bytes, offsets[order[index] ?? 0] ?? 0, packing);
    read.set(index, known);
    return known;
  };
  return {
    size: sorted.length,
    find: (address) => {
      const index = lowerBound(address);
      return sorted[index] === Number(address) ? at(index) : undefined;
    },
    within: (from, to) => {
      const found: FrameDescriptor[] = [];
      const end = Number(to);
      for (let index = lowerBound(from); (sorted[index] ?? Infinity) < end; index++) found.push(at(index));
      return found;
    },
  };
}

/** The return address and the offset of each descriptor. Addresses of programs fit into the integers of a double. */
function positions(
  bytes: DataView,
  base: bigint,
  table: bigint,
): { readonly addresses: readonly number[]; readonly offsets: readonly number[] } {
  const addresses: number[] = [];
  const offsets: number[] = [];
  const offsetOf = (address: bigint): number | undefined => {
    const offset = address - base;
    return offset >= 0n && offset + 8n <= BigInt(bytes.byteLength) ? Number(offset) : undefined;
  };
  for (let index = 0; index < maxTables; index++) {
    const pointer = offsetOf(table + BigInt(index) * 8n);
    const address = pointer === undefined ? 0n : bytes.getBigUint64(pointer, true);
    const start = address === 0n ? undefined : offsetOf(address);
    if (start === undefined) break;
    const count = Number(bytes.getBigUint64(start, true));
    let at = start + 8;
    for (let each = 0; each < count && at + 16 <= bytes.byteLength; each++) {
      const returnAddress = bytes.getUint32(at, true) + bytes.getUint32(at + 4, true) * 2 ** 32;
      const next = descriptorEnd(bytes, at);
      if (next > bytes.byteLength) break;
      if (bytes.getUint16(at + 8, true) !== returnToC) {
        addresses.push(returnAddress);
        offsets.push(at);
      }
      at = next;
    }
  }
  return { addresses, offsets };
}

function descriptorEnd(bytes: DataView, at: number): number {
  const size = bytes.getUint16(at + 8, true);
  if (size === returnToC) return align(at + 12, 8);
  let end = at + 12 + bytes.getUint16(at + 10, true) * 2;
  let locations = 1;
  if ((size & flags.allocations) !== 0) {
    if (end >= bytes.byteLength) return Infinity;
    locations = bytes.getUint8(end);
    end += locations + 1;
  }
  if ((size & flags.debug) !== 0) end = align(end, 4) + locations * 4;
  return align(end, 8);
}

function descriptor(bytes: DataView, at: number, packedFully: boolean): FrameDescriptor {
  const size = bytes.getUint16(at + 8, true);
  const live = Array.from({ length: bytes.getUint16(at + 10, true) }, (_, index): LiveSlot => {
    const slot = bytes.getUint16(at + 12 + index * 2, true);
    return (slot & 1) === 1 ? { kind: "register", index: slot >> 1 } : { kind: "stack", offset: slot };
  });
  const offset = locationOffset(bytes, at);
  const allocates = (size & flags.allocations) !== 0;
  let locations: readonly FrameLocation[] | undefined;
  let allocations: readonly Allocation[] | undefined;
  return {
    returnAddress: bytes.getBigUint64(at, true),
    frameSize: size & ~flags.both,
    live,
    allocates,
    get allocations() {
      return (allocations ??= allocates ? readAllocations(bytes, at, packedFully) : []);
    },
    get locations() {
      return (locations ??= offset === undefined ? [] : readLocations(bytes, offset, packedFully));
    },
  };
}

/** A descriptor of an allocation has the number of blocks, a byte with the size of each, and the place of each. */
function readAllocations(bytes: DataView, at: number, packedFully: boolean): readonly Allocation[] {
  const size = bytes.getUint16(at + 8, true);
  const start = at + 12 + bytes.getUint16(at + 10, true) * 2;
  const count = bytes.getUint8(start);
  const places = align(start + 1 + count, 4);
  return Array.from({ length: count }, (_, index) => {
    const place = places + index * 4;
    const relative = (size & flags.debug) === 0 ? 0 : bytes.getInt32(place, true);
    return {
      bytes: 8 * (bytes.getUint8(start + 1 + index) + 2),
      locations: relative === 0 ? [] : readLocations(bytes, place + relative, packedFully),
    };
  });
}
