/** The memory of a program that is stopped. */
export interface Memory {
  /** Returns exactly `length` bytes from an address. Rejects if one of them cannot be read. */
  read(address: bigint, length: number): Promise<Uint8Array>;
}

const pageBytes = 4096n;

/**
 * Caches memory in pages of 4 KiB for the time of one stop, because a request to gdb is much slower than a
 * look into a page. If a page cannot be read as a whole, the requested bytes alone are read.
 */
export function cachedMemory(memory: Memory): Memory {
  const pages = new Map<bigint, Promise<Uint8Array | undefined>>();
  const page = (at: bigint) => {
    const known = pages.get(at);
    if (known) return known;
    const read = memory.read(at, Number(pageBytes)).catch(() => undefined);
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
