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
  /** The package that has it; undefined for a library of the project's own, which none has. */
  readonly provider: Provider | undefined;
  /** The module that the library is to its users; with `(wrapped false)` each of its files is one. */
  readonly module: string;
  readonly wrapped: boolean;
  /** The words of its field `modules`; undefined where it takes all. */
  readonly modules: readonly string[] | undefined;
}

/** The libraries that a dune file defines. Never fails: what it cannot read is left out. */
export function librariesIn(dune: string): Library[] {
  const text = dune.replaceAll(/;[^\n]*/g, "");
  const parts = text
    .split(/\(library\b/)
    .slice(1)
    .map(untilClosed);
  return parts.flatMap((part) => {
    const field = (name: string) => new RegExp(`\\(${name}\\s+([^\\s()]+)\\s*\\)`).exec(part)?.[1];
    const known = field("public_name");
    const name = field("name") ?? known?.replaceAll("-", "_");
    if (name === undefined) return [];
    const [package_ = "", ...sublib] = known?.split(".") ?? [];
    const provider = { package: package_, sublib: sublib.length === 0 ? undefined : sublib.join(".") };
    return [
      {
        provider: known === undefined ? undefined : provider,
        module: capitalized(name),
        wrapped: field("wrapped") !== "false",
        modules: modulesOf(part),
      },
    ];
  });
}

/** The words of a stanza's `(modules a b)` or `(modules (:standard \ c))`. */
function modulesOf(stanza: string): readonly string[] | undefined {
  const at = stanza.search(/\(modules\s/);
  if (at < 0) return undefined;
  const [field = ""] = stanza.slice(at).split(")", 1);
  return (field.match(/[^\s()]+/g) ?? []).slice(1);
}

/** What stands before the parenthesis that closes the stanza. */
function untilClosed(stanza: string): string {
  let depth = 1;
  for (let at = 0; at < stanza.length; at++) {
    if (stanza[at] === "(") depth++;
    else if (stanza[at] === ")" && --depth === 0) return stanza.slice(0, at);
  }
  return stanza;
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
      if (provider === undefined) continue;
      const files = entries.flatMap(({ name }) => /^([\w']+)\.mli?$/.exec(name)?.[1] ?? []);
      for (const each of new Set(wrapped ? [module] : files.map(capitalized)))
        found.set(each, [...(found.get(each) ?? []), provider]);
    }
  }
  return found;
}

/** The module of a name as dune has it. */
export const capitalized = (name: string): string => name.slice(0, 1).toUpperCase() + name.slice(1);
