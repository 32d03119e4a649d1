import { closeSync, openSync, writeFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import type { LogWriter } from "./session.ts";

/**
 * Writes a console to a file as it comes, both streams in their order; what was in the file before
 * is gone. Rejects when the file can't be opened. A disk that is full loses the rest, not the run.
 */
export async function logFileWriter(path: string): Promise<LogWriter> {
  await mkdir(dirname(path), { recursive: true });
  let file: number | undefined = openSync(path, "w");
  const close = () => {
    if (file !== undefined) closeSync(file);
    file = undefined;
  };
  const write = (bytes: Uint8Array) => {
    try {
      if (file !== undefined) writeFileSync(file, bytes);
    } catch {
      close();
    }
  };
  return { stdout: write, stderr: write, end: close };
}
