import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { readText } from "../../platform/readText.ts";
import { capitalized, containsModule, readDuneFile, type DuneLibrary } from "./duneFile.ts";

/** Source files of a project's own libraries, by the module paths that users of the libraries write. */
export type LibraryFiles = ReadonlyMap<string, string>;

/** Maximum number of folders to read; a usual project has a hundredth of it. */
const folderLimit = 5000;
/** Deeper than real projects nest folders; it ends links that lead in a circle. */
const depthLimit = 12;
/** Folders of fetched and generated files, in addition to those that dune itself skips. */
const skipped: ReadonlySet<string> = new Set(["duniverse", "dist", "node_modules"]);

interface Folder {
  readonly path: string;
  readonly depth: number;
}

/**
 * Finds the source files of the libraries that `dune` files below `root` define, as `~local_libs` names
 * them: `Shop.Cart` for cart.ml of `(library (name shop))`, `Shop` for its shop.ml, which decides what others
 * see. The files beside config.ml, in `buildDir`, belong to the unikernel itself. Runs no program.
 */
export async function libraryFiles(root: string, buildDir: string): Promise<LibraryFiles> {
  const found = new Map<string, string>();
  const open: Folder[] = [{ path: root, depth: 0 }];
  for (let at = 0; at < open.length && at < folderLimit; at++) {
    const folder = open[at] ?? { path: root, depth: 0 };
    const { names, folders } = await listed(folder, buildDir);
    open.push(...folders);
    if (folder.path === buildDir || !names.includes("dune")) continue;
    const { libraries, includeSubdirs } = readDuneFile((await readText(join(folder.path, "dune"))) ?? "");
    if (libraries.length === 0) continue;
    const files = await modulesIn(folder, names, folders, includeSubdirs, buildDir);
    for (const library of libraries)
      for (const [path, file] of files)
        if (containsModule(library, path.split(".")[0] ?? ""))
          found.set(pathFor(library, path), found.get(pathFor(library, path)) ?? file);
  }
  return found;
}

async function listed(
  { path, depth }: Folder,
  buildDir: string,
): Promise<{ readonly names: readonly string[]; readonly folders: readonly Folder[] }> {
  const entries = await readdir(path, { withFileTypes: true }).catch(() => []);
  const names: string[] = [];
  const folders: Folder[] = [];
  for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const inner = join(path, entry.name);
    // Symbolic links are followed, as dune does.
    const linked = entry.isSymbolicLink() ? await stat(inner).catch(() => undefined) : entry;
    if (linked?.isFile()) names.push(entry.name);
    const left = /^[._]/.test(entry.name) || skipped.has(entry.name) || inner === join(buildDir, "mirage");
    if (linked?.isDirectory() && !left && depth < depthLimit) folders.push({ path: inner, depth: depth + 1 });
  }
  return { names, folders };
}

/** A library's source files by their modules, or by `Folder.Module` with qualified subfolders. */
async function modulesIn(
  { path }: Folder,
  names: readonly string[],
  folders: readonly Folder[],
  subdirs: string | undefined,
  buildDir: string,
): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  for (const name of names) {
    const module = moduleOfFile(name);
    if (module !== undefined) found.set(module, join(path, name));
  }
  if (subdirs === undefined) return found;
  for (const folder of folders) {
    const inner = await listed(folder, buildDir);
    const group = capitalized(folder.path.slice(path.length + 1));
    for (const [module, file] of await modulesIn(folder, inner.names, inner.folders, subdirs, buildDir)) {
      const qualified = module === group ? group : `${group}.${module}`;
      found.set(subdirs === "qualified" ? qualified : module, file);
    }
  }
  return found;
}

function pathFor({ module, wrapped }: DuneLibrary, path: string): string {
  return !wrapped || path === module ? path : `${module}.${path}`;
}

/** The module of a source file, or undefined for other files. */
export function moduleOfFile(name: string): string | undefined {
  const stem = /^([A-Za-z][\w']*)\.ml$/.exec(name)?.[1];
  return stem === undefined ? undefined : capitalized(stem);
}
