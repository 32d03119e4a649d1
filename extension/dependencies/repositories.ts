import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";

/** After this time, opam's copies of its repositories are considered old. */
const oldDays = 30;
const dayMs = 24 * 60 * 60 * 1000;

/** mirage adds these before each lock and removes them afterwards, so that their date says nothing. */
const overlays: ReadonlySet<string> = new Set(["mirage-overlays", "opam-overlays"]);

/** When `opam update` last fetched something new. */
export interface RepositoryDate {
  /** Milliseconds since 1970. */
  readonly updatedAt: number;
  /** Whole days since then. */
  readonly days: number;
  readonly isOld: boolean;
}

/**
 * Finds out when the repositories of an opam root were updated. opam keeps each of them below `repo/`, as `NAME.tar.gz`
 * or as a folder, and replaces them when it fetches changes. Undefined if there is none. `now` is in milliseconds.
 */
export async function readRepositoryDate(opamRoot: string, now: number): Promise<RepositoryDate | undefined> {
  const folder = join(opamRoot, "repo");
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const paths = entries.flatMap((entry) => {
    const path = join(folder, entry.name);
    if (overlays.has(entry.name.replace(/\.tar\.gz$/, ""))) return [];
    if (entry.name.endsWith(".tar.gz")) return [path];
    // git writes FETCH_HEAD also if nothing is new. Of other folders, `packages` changes with each new package.
    return entry.isDirectory() ? [join(path, ".git", "FETCH_HEAD"), join(path, "packages")] : [];
  });
  const times = await Promise.all(paths.map((path) => stat(path).catch(() => undefined)));
  const updatedAt = Math.max(...times.map((found) => found?.mtimeMs ?? 0), 0);
  if (updatedAt === 0) return undefined;
  const days = Math.max(0, Math.floor((now - updatedAt) / dayMs));
  return { updatedAt, days, isOld: days > oldDays };
}
