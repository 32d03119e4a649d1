import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { readText } from "../../platform/readText.ts";

/** What the sources of a unikernel mention. */
export interface SourceWords {
  /** Every word that could be the name of a module, also in strings and comments. */
  readonly words: ReadonlySet<string>;
  /** The libraries that dune files name, such as `dns.cache`. */
  readonly libraries: ReadonlySet<string>;
  /** False if there are more files than were read. */
  readonly complete: boolean;
}

/** Maximum number of files; a usual project has a hundredth of it. */
const fileLimit = 2000;
const skipped: ReadonlySet<string> = new Set(["_build", "_opam", "dist", "duniverse", "node_modules"]);

/**
 * Reads what the sources below `root` mention, without fetched and generated files. `generated` is the folder `mirage`
 * that configure writes.
 */
export async function readSourceWords(root: string, generated: string): Promise<SourceWords> {
  const words = new Set<string>();
  const libraries = new Set<string>();
  const open = [root];
  let left = fileLimit;
  for (let at = 0; at < open.length && left > 0; at++) {
    const folder = open[at] ?? root;
    for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) {
        if (!entry.name.startsWith(".") && !skipped.has(entry.name) && path !== generated) open.push(path);
        continue;
      }
      const isDune = /^dune(?:\.inc|-project)?$/.test(entry.name);
      if (!isDune && !/\.(?:ml[iylp]?|re|eliom|mlt|pp|cppo)$/.test(entry.name)) continue;
      if (left-- <= 0) break;
      const text = (await readText(path)) ?? "";
      const found = text.matchAll(isDune ? /[\w.+-]+/g : /(?<![\w'])[A-Z][\w']*/g);
      for (const [word] of found) (isDune ? libraries : words).add(word);
    }
  }
  return { words, libraries, complete: left > 0 };
}
