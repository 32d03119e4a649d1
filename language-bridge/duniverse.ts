import type { Dirent } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { readText } from "../extension/platform/text.ts";
import type { Provider } from "./modules.ts";

/** Folders looked into; the sources of a large unikernel have a third of it. */
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

/** A library stanza of a dune file, as far as it tells which modules users of the library see. */
export interface Library {
  readonly provider: Provider;
  /** The module that the library is to its users; with `(wrapped false)` each of its files is one. */
  readonly module: string;
  readonly wrapped: boolean;
}

/** The public libraries that a dune file defines. Never fails: what it cannot read is left out. */
export function librariesIn(dune: string): Library[] {
  const text = dune.replaceAll(/;[^\n]*/g, "");
  const parts = text.split(/\(library\b/).slice(1);
  return parts.flatMap((part) => {
    const field = (name: string) => new RegExp(`\\(${name}\\s+([^\\s()]+)\\s*\\)`).exec(part)?.[1];
    const known = field("public_name");
    if (known === undefined) return [];
    const [package_ = "", ...sublib] = known.split(".");
    const name = field("name") ?? known.replaceAll("-", "_");
    return [
      {
        provider: { package: package_, sublib: sublib.length === 0 ? undefined : sublib.join(".") },
        module: capitalized(name),
        wrapped: field("wrapped") !== "false",
      },
    ];
  });
}

/** The packages below a `duniverse` folder by the modules that users of their libraries see. */
export async function modulesBelow(duniverse: string): Promise<ReadonlyMap<string, readonly Provider[]>> {
  const found = new Map<string, Provider[]>();
  const open = [duniverse];
  for (let at = 0; at < open.length && at < folderLimit; at++) {
    const folder = open[at] ?? "";
    const entries: Dirent[] = await readdir(folder, { withFileTypes: true }).catch(() => []);
    for (const entry of entries)
      if (entry.isDirectory() && !skipped.has(entry.name)) open.push(join(folder, entry.name));
    if (!entries.some(({ name }) => name === "dune")) continue;
    for (const { provider, module, wrapped } of librariesIn((await readText(join(folder, "dune"))) ?? "")) {
      const files = entries.flatMap(({ name }) => /^([\w']+)\.mli?$/.exec(name)?.[1] ?? []);
      for (const each of new Set(wrapped ? [module] : files.map(capitalized)))
        found.set(each, [...(found.get(each) ?? []), provider]);
    }
  }
  return found;
}

const capitalized = (name: string): string => name.slice(0, 1).toUpperCase() + name.slice(1);
