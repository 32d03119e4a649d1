import { open, readdir } from "node:fs/promises";
import { basename, dirname, join, relative, sep } from "node:path";
import { fileSource } from "../fileSource.ts";
import { readArchive } from "./archives.ts";
import type { Library } from "./packageOwners.ts";

/** Where the libraries of an image are. */
export interface LibraryFolders {
  /** The dune context that built the image, such as `_build/solo5`. */
  readonly context: string;
  /** The project, whose folder `duniverse` contains the sources of the packages. */
  readonly root: string;
  /** Folders with the libraries of the compiler, the runtime and, for Solo5, the C library. */
  readonly toolchain: readonly string[];
}

const depthLimit = 12;
const archiveLimit = 4000;
/** Variants of OCaml's runtime that `ocamlopt` links only on request. */
const runtimeVariant = /^lib(?:asmrun|camlrun)(?:[di]|_pic|_shared)\.a$|^libcamlrun\.a$/;

/** Reads the libraries that an image may have been linked with. Folders and files that cannot be read are skipped. */
export async function readLibraries(folders: LibraryFolders): Promise<readonly Library[]> {
  const packages = new Map<string, Promise<readonly string[]>>();
  const packagesOf = (folder: string): Promise<readonly string[]> => {
    const found = packages.get(folder) ?? opamFiles(join(folders.root, "duniverse", folder));
    packages.set(folder, found);
    return found;
  };
  const places = [folders.context, ...folders.toolchain];
  const found = await Promise.all(places.map((folder) => archivesBelow(folder)));
  const read = async (file: string, isToolchain: boolean): Promise<readonly Library[]> => {
    const archive = await archiveAt(file);
    if (!archive) return [];
    const [name, folder] = [basename(file, ".a"), dirname(file)];
    if (isToolchain) return [{ name, package: toolchainPackage(name), folder, ...archive }];
    const [top, source] = relative(folders.context, file).split(sep);
    // A library of the project itself.
    if (top !== "duniverse" || source === undefined)
      return [{ name, package: undefined, folder, ...archive }];
    return [{ name, package: packageOf(name, source, await packagesOf(source)), folder, ...archive }];
  };
  const libraries = await Promise.all(
    found.flatMap((files, place) => files.map((file) => read(file, place > 0))),
  );
  return libraries.flat();
}

/** The package of a folder of `duniverse` that a library is most likely part of, by its name. */
export function packageOf(library: string, folder: string, packages: readonly string[]): string {
  const plain = (name: string): string => name.replace(/^lib/, "").replaceAll(/[-.]/g, "_");
  const [longest] = packages
    .filter((name) => `${plain(library)}_`.startsWith(`${plain(name)}_`))
    .toSorted((a, b) => b.length - a.length);
  const [only] = packages;
  return longest ?? (packages.length === 1 && only !== undefined ? only : folder);
}

function toolchainPackage(library: string): string {
  if (/^lib(?:nolibc|openlibm)$/.test(library)) return "ocaml-solo5";
  return "ocaml";
}

async function archivesBelow(folder: string, depth = 0): Promise<readonly string[]> {
  if (depth > depthLimit) return [];
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const files = entries.filter(
    (entry) => entry.isFile() && entry.name.endsWith(".a") && !runtimeVariant.test(entry.name),
  );
  const folders = entries.filter((entry) => entry.isDirectory() && entry.name !== ".git");
  const below = await Promise.all(folders.map(({ name }) => archivesBelow(join(folder, name), depth + 1)));
  return [...files.map(({ name }) => join(folder, name)), ...below.flat()].slice(0, archiveLimit);
}

async function archiveAt(path: string) {
  const file = await open(path, "r").catch(() => undefined);
  if (!file) return undefined;
  try {
    return await readArchive(await fileSource(file));
  } catch {
    return undefined;
  } finally {
    await file.close();
  }
}

async function opamFiles(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder).catch(() => []);
  const inOpam = await readdir(join(folder, "opam")).catch(() => []);
  return [...names, ...inOpam]
    .filter((name) => name.endsWith(".opam"))
    .map((name) => basename(name, ".opam"));
}
