import { readFile, stat } from "node:fs/promises";

/** The default size limit in bytes, far above any file that people, mirage or opam write. */
export const textLimit = 8 * 1024 * 1024;

/** Whether a path is an ordinary file of at most `limit` bytes. Reading a pipe or a device could block forever. */
export async function isReadableFile(path: string, limit = textLimit): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found?.isFile() === true && found.size <= limit;
}

/**
 * Reads a file of the workspace as UTF-8. Resolves to undefined if the file is missing, unreadable, larger than `limit`
 * bytes, or not an ordinary file.
 */
export async function readText(path: string, limit = textLimit): Promise<string | undefined> {
  return (await isReadableFile(path, limit)) ? readFile(path, "utf8").catch(() => undefined) : undefined;
}
