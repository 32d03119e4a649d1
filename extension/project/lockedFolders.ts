import { readdir } from "node:fs/promises";
import { readText } from "../platform/readText.ts";

/**
 * Whether `duniverse` has a folder for each source that a lock file names. Some are missing after a pull that failed or
 * was stopped, and when a package was locked since. Without a readable lock file, any `duniverse` is complete.
 */
export async function hasLockedFolders(duniverse: string, lockFile: string): Promise<boolean> {
  const [text = "", present] = await Promise.all([
    readText(lockFile),
    readdir(duniverse).catch((): string[] => []),
  ]);
  const names = new Set(present);
  return lockedFolders(text).every((folder) => names.has(folder));
}

/**
 * The folders in the field `x-opam-monorepo-duniverse-dirs` of a lock file (`lib/lockfile.ml` of opam-monorepo), which
 * has a list `["URL" "FOLDER" [CHECKSUMS]]` for each.
 */
function lockedFolders(text: string): string[] {
  const field = /^x-opam-monorepo-duniverse-dirs: \[\r?$([\s\S]*?)^\]/m.exec(text)?.[1] ?? "";
  return [...field.matchAll(/\[\s*"[^"]*"\s*"([^"]*)"/g)].map(([, folder = ""]) => folder);
}
