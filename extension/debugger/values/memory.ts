/** The memory of a program that is stopped. */
export interface Memory {
  /** Returns exactly `length` bytes from an address. Rejects if one of them cannot be read. */
  read(address: bigint, length: number): Promise<Uint8Array>;
}

const pageBytes = 4096n;
/** Pages that are read by one request; more are slow for a server of gdb. */
const maxRun = 16;

/**
 * Caches memory in pages of 4 KiB for the time of one stop, because a request to gdb is much slower than a
 * look into a page. If a page cannot be read as a whole, the requested bytes alone are read.
 */
export function cachedMemory(memory: Memory): Memory {
  const pages = new Map<bigint, Promise<Uint8Array | undefined>>();
  /** Pages that are requested at the same time, because adjacent ones are read by one request. */
  let waiting = new Map<bigint, (bytes: Uint8Array | undefined) => void>();
  const readRun = async (first: bigint, receivers: readonly ((bytes: Uint8Array | undefined) => void)[]) => {
    const read = (at: bigint, count: number) =>
      memory.read(at, count * Number(pageBytes)).catch(() => undefined);
    const whole = await read(first, receivers.length);
    for (const [index, receive] of receivers.entries()) {
      const start = index * Number(pageBytes);
      const at = first + BigInt(start);
      receive(
        whole?.subarray(start, start + Number(pageBytes)) ??
          (receivers.length > 1 ? await read(at, 1) : undefined),
      );
    }
  };
  const flush = () => {
    const sorted = [...waiting].toSorted(([a], [b]) => (a < b ? -1 : 1));
    waiting = new Map();
    for (let from = 0, to = 0; from < sorted.length; from = to) {
      const [first = 0n] = sorted[from] ?? [];
      for (to = from + 1; to - from < maxRun; to++)
        if (sorted[to]?.[0] !== first + BigInt(to - from) * pageBytes) break;
      void readRun(
        first,
        sorted.slice(from, to).map(([, receive]) => receive),
      );
    }
  };
  const page = (at: bigint) => {
    const known = pages.get(at);
    if (known) return known;
    if (waiting.size === 0) queueMicrotask(flush);
    const read = new Promise<Uint8Array | undefined>((resolve) => waiting.set(at, resolve));
    pages.set(at, read);
    return read;
  };
  return {
    read: async (address, length) => {
      const first = address - (address % pageBytes);
      const count = Number((address - first + BigInt(length) + pageBytes - 1n) / pageBytes);
      // A long range is read once, in one request.
      if (count > 16) return memory.read(address, length);
      const parts = await Promise.all(
        Array.from({ length: count }, (_, index) => page(first + BigInt(index) * pageBytes)),
      );
      if (parts.includes(undefined)) return memory.read(address, length);
      const whole = count === 1 ? parts[0] : Buffer.concat(parts as Uint8Array[]);
      const start = Number(address - first);
      return (whole ?? new Uint8Array()).subarray(start, start + length);
    },
  };
}
