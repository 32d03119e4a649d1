import { readFile, stat } from "node:fs/promises";

/** Far above any file that people, mirage or opam write: 8 MiB. */
export const textLimit = 8 * 1024 * 1024;

/** Whether reading ends, and soon: a file of at most `limit` bytes; no pipe or device, which could wait for ever. */
export async function isReadable(path: string, limit = textLimit): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found?.isFile() === true && found.size <= limit;
}

/**
 * The text of a file of the workspace, of which nothing is known: undefined where there is none, it
 * cannot be read, is no ordinary file, or is larger than `limit` bytes.
 */
export async function readText(path: string, limit = textLimit): Promise<string | undefined> {
  return (await isReadable(path, limit)) ? readFile(path, "utf8").catch(() => undefined) : undefined;
}
