import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { readText } from "../extension/platform/text.ts";
import { capitalized, librariesIn, type Library } from "./duniverse.ts";

/** Source files of a project's own libraries by the module paths that users of the libraries write. */
export type LibraryFiles = ReadonlyMap<string, string>;

/** Folders looked into; a project of one's own has a hundredth of it. */
const folderLimit = 5000;
/** Deeper than folders are nested, but for links that lead in a circle. */
const depthLimit = 12;
/** Beside what dune itself leaves out: what is fetched and what is made. */
const skipped: ReadonlySet<string> = new Set(["duniverse", "dist", "node_modules"]);

interface Folder {
  readonly path: string;
  readonly depth: number;
}

/**
 * The source files of the libraries that `dune` files below `root` define, as `~local_libs` names them:
 * `Shop.Cart` for cart.ml of `(library (name shop))`, `Shop` for its shop.ml, which says what others see
 * of it. The files beside config.ml, in `buildDir`, belong to the unikernel itself. Runs nothing.
 */
export async function libraryFiles(root: string, buildDir: string): Promise<LibraryFiles> {
  const found = new Map<string, string>();
  const open: Folder[] = [{ path: root, depth: 0 }];
  for (let at = 0; at < open.length && at < folderLimit; at++) {
    const folder = open[at] ?? { path: root, depth: 0 };
    const { names, folders } = await listed(folder, buildDir);
    open.push(...folders);
    if (folder.path === buildDir || !names.includes("dune")) continue;
    const dune = (await readText(join(folder.path, "dune"))) ?? "";
    const libraries = librariesIn(dune);
    if (libraries.length === 0) continue;
    const subdirs = /\(include_subdirs\s+(unqualified|qualified)\s*\)/.exec(dune)?.[1];
    const files = await modulesIn(folder, names, folders, subdirs, buildDir);
    for (const library of libraries)
      for (const [path, file] of files)
        if (isIn(library, path)) found.set(pathFor(library, path), found.get(pathFor(library, path)) ?? file);
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
    // Follows links, as dune does.
    const linked = entry.isSymbolicLink() ? await stat(inner).catch(() => undefined) : entry;
    if (linked?.isFile()) names.push(entry.name);
    const left = /^[._]/.test(entry.name) || skipped.has(entry.name) || inner === join(buildDir, "mirage");
    if (linked?.isDirectory() && !left && depth < depthLimit) folders.push({ path: inner, depth: depth + 1 });
  }
  return { names, folders };
}

/** A library's source files by their modules; by `Folder.Module` where folders below qualify them. */
async function modulesIn(
  { path }: Folder,
  names: readonly string[],
  folders: readonly Folder[],
  subdirs: string | undefined,
  buildDir: string,
): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  for (const name of names) {
    const module = moduleOf(name);
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

/** Whether the library takes the module: its `(modules …)` may leave it to another of the same folder. */
function isIn({ modules }: Library, path: string): boolean {
  if (modules === undefined) return true;
  const [first = ""] = path.split(".");
  const without = modules.indexOf("\\");
  const [taken, left] = without < 0 ? [modules, []] : [modules.slice(0, without), modules.slice(without + 1)];
  const names = (list: readonly string[]) => list.map(capitalized).includes(first);
  return (taken.includes(":standard") || names(taken)) && !names(left);
}

function pathFor({ module, wrapped }: Library, path: string): string {
  return !wrapped || path === module ? path : `${module}.${path}`;
}

/** The module that a source file is; undefined for what is none. */
export function moduleOf(name: string): string | undefined {
  const stem = /^([A-Za-z][\w']*)\.ml$/.exec(name)?.[1];
  return stem === undefined ? undefined : capitalized(stem);
}
