import type { FileHandle } from "node:fs/promises";
import type { ByteSource } from "./elf.ts";

/** Reads a file in parts. The caller closes it. Rejects if its size cannot be found out. */
export async function fileSource(file: FileHandle): Promise<ByteSource> {
  const { size } = await file.stat();
  return {
    size,
    read: async (offset, length) => {
      const bytes = Math.max(0, Math.min(length, size - offset));
      if (bytes === 0) return Buffer.alloc(0);
      const { buffer, bytesRead } = await file.read(Buffer.alloc(bytes), 0, bytes, offset);
      return buffer.subarray(0, bytesRead);
    },
  };
}
