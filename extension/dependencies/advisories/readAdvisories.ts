import { readdir, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { readText } from "../../platform/readText.ts";
import { readAdvisory, type Advisory } from "./advisory.ts";

/**
 * Where a copy of the database of the OCaml security team can be: where the program opam-audit clones it, in the
 * workspace folder, and beside it.
 */
export const advisoryFolders = (home: string, workspaceFolder: string): readonly string[] => [
  join(home, ".config", "opam-audit", "security-advisories"),
  join(workspaceFolder, "security-advisories"),
  join(dirname(workspaceFolder), "security-advisories"),
];

/** Advisories are below `advisories/YEAR` or `YEAR`. */
const depthLimit = 3;
const stored = new Map<string, { readonly state: string; readonly read: Promise<readonly Advisory[]> }>();

/**
 * Reads the advisories of several folders, which need not exist. Of two with the same id, the one that was changed last
 * counts. A folder is read again after git has changed it. Never rejects, and uses no network.
 */
export async function readAdvisories(folders: readonly string[]): Promise<readonly Advisory[]> {
  const found = new Map<string, Advisory>();
  for (const each of (await Promise.all(folders.map(advisoriesIn))).flat()) {
    const other = found.get(each.id);
    if (!other || Date.parse(each.modified) > Date.parse(other.modified)) found.set(each.id, each);
  }
  return [...found.values()];
}

async function advisoriesIn(folder: string): Promise<readonly Advisory[]> {
  const times = await Promise.all(
    [folder, join(folder, ".git", "index")].map((path) => stat(path).catch(() => undefined)),
  );
  if (!times[0]) return [];
  const state = times.map((found) => found?.mtimeMs ?? "").join(" ");
  const known = stored.get(folder);
  if (known?.state === state) return known.read;
  const read = readFolder(folder, 1);
  stored.set(folder, { state, read });
  return read;
}

async function readFolder(folder: string, depth: number): Promise<readonly Advisory[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const found = await Promise.all(
    entries.map(async (entry): Promise<readonly Advisory[]> => {
      const path = join(folder, entry.name);
      if (entry.isDirectory())
        return depth < depthLimit && !entry.name.startsWith(".") ? readFolder(path, depth + 1) : [];
      if (!/^OSEC-[\w-]+\.(?:json|md)$/.test(entry.name)) return [];
      const advisory = readAdvisory((await readText(path)) ?? "");
      return advisory ? [advisory] : [];
    }),
  );
  return found.flat();
}
