import type { Dirent } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { readText } from "../platform/readText.ts";
import type { ModuleProvider } from "../mirage/modules.ts";
import { capitalized, readDuneFile } from "./duneFile.ts";

/** Maximum number of folders to read; the sources of a large unikernel have a third of it. */
const folderLimit = 20_000;
const skipped: ReadonlySet<string> = new Set([
  "_build",
  ".git",
  "test",
  "tests",
  "examples",
  "bench",
  "fuzz",
]);

/** The packages below a `duniverse` folder, by the modules that users of their libraries see. */
export async function modulesBelow(
  duniverse: string,
): Promise<ReadonlyMap<string, readonly ModuleProvider[]>> {
  const found = new Map<string, ModuleProvider[]>();
  const open = [duniverse];
  for (let at = 0; at < open.length && at < folderLimit; at++) {
    const folder = open[at] ?? "";
    const entries: Dirent[] = await readdir(folder, { withFileTypes: true }).catch(() => []);
    for (const entry of entries)
      if (entry.isDirectory() && !skipped.has(entry.name)) open.push(join(folder, entry.name));
    if (!entries.some(({ name }) => name === "dune")) continue;
    const { libraries } = readDuneFile((await readText(join(folder, "dune"))) ?? "");
    for (const { provider, module, wrapped } of libraries) {
      if (provider === undefined) continue;
      const files = entries.flatMap(({ name }) => /^([\w']+)\.mli?$/.exec(name)?.[1] ?? []);
      for (const each of new Set(wrapped ? [module] : files.map(capitalized)))
        found.set(each, [...(found.get(each) ?? []), provider]);
    }
  }
  return found;
}
