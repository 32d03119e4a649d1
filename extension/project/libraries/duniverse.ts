import type { Dirent } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { readText } from "../../platform/readText.ts";
import type { ModuleProvider } from "../../mirage/modules.ts";
import type { ModuleProviders } from "./installedLibraries.ts";
import { capitalized, containsModule, readDuneFile, type DuneLibrary } from "./duneFile.ts";

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

/** The libraries below a `duniverse` folder. */
export interface FetchedLibraries {
  /** The packages by the modules that users of their libraries see. */
  readonly providers: ModuleProviders;
  /** The packages with a library that does something without being used, such as a preprocessor. */
  readonly effective: ReadonlySet<string>;
}

/** The packages below a `duniverse` folder, by the modules that users of their libraries see. */
export const modulesBelow = async (duniverse: string): Promise<ModuleProviders> =>
  (await librariesBelow(duniverse)).providers;

/** Reads the dune files below a `duniverse` folder, which need not exist. Never rejects. */
export async function librariesBelow(duniverse: string): Promise<FetchedLibraries> {
  const found = new Map<string, ModuleProvider[]>();
  const effective = new Set<string>();
  const open = [duniverse];
  for (let at = 0; at < open.length && at < folderLimit; at++) {
    const folder = open[at] ?? "";
    const entries: Dirent[] = await readdir(folder, { withFileTypes: true }).catch(() => []);
    for (const entry of entries)
      if (entry.isDirectory() && !skipped.has(entry.name)) open.push(join(folder, entry.name));
    if (!entries.some(({ name }) => name === "dune")) continue;
    const { libraries } = readDuneFile((await readText(join(folder, "dune"))) ?? "");
    const files = entries.flatMap(({ name }) => /^([A-Za-z][\w']*)\.ml[ily]?$/.exec(name)?.[1] ?? []);
    const modules = new Set(files.map(capitalized));
    for (const library of libraries) {
      const { provider } = library;
      if (provider === undefined) continue;
      if (library.isEffective) effective.add(provider.package);
      for (const each of visibleModules(library, modules))
        found.set(each, [...(found.get(each) ?? []), provider]);
    }
  }
  return { providers: found, effective };
}

/** The modules that users of a library see, of those in its folder. Rules may generate more, which its fields name. */
function visibleModules(library: DuneLibrary, files: ReadonlySet<string>): readonly string[] {
  if (library.wrapped) return [library.module];
  const listed = (library.modules ?? []).filter((name) => /^[A-Za-z]/.test(name)).map(capitalized);
  const hidden = new Set(library.privateModules.map(capitalized));
  return [...new Set([...files, ...listed])].filter(
    (module) => containsModule(library, module) && !hidden.has(module),
  );
}
