import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { readText } from "../platform/readText.ts";
import type { LockFile } from "./lockFile.ts";
import { listOf, readOpamFile, textOf, textsOf } from "./opamFile.ts";
import { readPackageUrl } from "./packageSource.ts";

/** What the opam file of a package in `duniverse/` says. */
export interface PackageFile {
  readonly name: string;
  /** Undefined in most git repositories. */
  readonly version: string | undefined;
  readonly synopsis: string | undefined;
  readonly licence: string | undefined;
  /** An address that starts with `https:` or `http:`. */
  readonly homepage: string | undefined;
  /** The packages that it depends on, without those for tests and documentation. */
  readonly requires: readonly string[];
}

/** How many folders are read at a time. */
const parallel = 32;

/**
 * Reads the opam files of all packages of a lock that `duniverse` contains, by the package's name. Packages whose
 * files are missing or unreadable are not in the result.
 */
export async function readPackageFiles(
  duniverse: string,
  { folders, packages }: LockFile,
): Promise<ReadonlyMap<string, PackageFile>> {
  const wanted = new Set(packages.map(({ name }) => name));
  const found = new Map<string, PackageFile>();
  const waiting = [...folders];
  const read = async (): Promise<void> => {
    for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop())
      for (const path of await opamFiles(join(duniverse, folder))) {
        const name = /([^\\/]+)\.opam$/.exec(path)?.[1] ?? folder;
        const text = wanted.has(name) ? await readText(path) : undefined;
        if (text !== undefined) found.set(name, packageFile(name, text));
      }
  };
  await Promise.all(Array.from({ length: parallel }, read));
  return found;
}

/** `NAME.opam` in the folder or in its folder `opam`, and `opam` alone for the folder's own package. */
async function opamFiles(folder: string): Promise<string[]> {
  const [top, inner] = await Promise.all([names(folder), names(join(folder, "opam"))]);
  const below = inner.map((name) => join("opam", name));
  return [...top, ...below]
    .filter((name) => name.endsWith(".opam") || (name === "opam" && inner.length === 0))
    .map((name) => join(folder, name));
}

// A missing folder is normal: nothing was fetched yet.
const names = (folder: string): Promise<string[]> => readdir(folder).catch(() => []);

/** Reads the text of a package's opam file. */
export function packageFile(name: string, text: string): PackageFile {
  const file = readOpamFile(text);
  const page = textOf(file, "homepage");
  return {
    name,
    version: textOf(file, "version"),
    synopsis: textOf(file, "synopsis"),
    licence: textsOf(file, "license").join(" · ") || undefined,
    homepage: page !== undefined && /^https?:\/\//.test(page) ? readPackageUrl(page).address : undefined,
    requires: listOf(file, "depends").flatMap((each) => {
      const isOptional = each.filter?.some(
        (word) => word.kind === "word" && /^(?:with-test|with-doc|with-dev-setup)$/.test(word.value),
      );
      return each.kind === "string" && isOptional !== true ? [each.value] : [];
    }),
  };
}
