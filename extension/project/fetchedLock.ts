import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";

/** The lock file that dependencies were fetched for. */
export interface FetchedLock {
  /** When it was written (milliseconds). */
  readonly mtime: number;
  /** The SHA-256 of its content, in hexadecimal. */
  readonly digest: string;
}

/** Reads a lock file after its dependencies were fetched. Rejects if it cannot be read. */
export async function readFetchedLock(path: string): Promise<FetchedLock> {
  const [{ mtimeMs }, content] = await Promise.all([stat(path), readFile(path)]);
  return { mtime: mtimeMs, digest: createHash("sha256").update(content).digest("hex") };
}

/**
 * Whether a lock file has the content that dependencies were fetched for. A lock file that cannot be read is not taken for
 * another one.
 */
export async function isFetchedLock(path: string, { digest }: FetchedLock): Promise<boolean> {
  const current = await readFetchedLock(path).catch(() => undefined);
  return current === undefined || current.digest === digest;
}
