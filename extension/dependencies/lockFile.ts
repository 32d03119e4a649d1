import { listOf, readOpamFile, textOf, textsOf, type OpamValue } from "./opamFile.ts";
import { readPackageUrl, type PackageSource } from "./packageSource.ts";

/** A package of a lock file. */
export interface LockedPackage {
  readonly name: string;
  readonly version: string;
  /** The folder below `duniverse/` that has the source; undefined for packages that are installed in the switch. */
  readonly folder: string | undefined;
  /** Where the source comes from; undefined for packages of the switch. */
  readonly source: PackageSource | undefined;
}

/** What opam-monorepo locked. */
export interface LockFile {
  /** In the order of the file, which is that of the names. */
  readonly packages: readonly LockedPackage[];
  /** The folders below `duniverse/`. */
  readonly folders: readonly string[];
  /** The version of the format, such as `0.3`; undefined if another program wrote the file. */
  readonly format: string | undefined;
  /** False if the file is half written. */
  readonly complete: boolean;
}

/**
 * Reads a lock file of opam-monorepo, formats 0.1 to 0.3 (`lib/lockfile.ml` of opam-monorepo): an opam file whose
 * `depends` has a version for each package, whose `pin-depends` has the sources, and whose
 * `x-opam-monorepo-duniverse-dirs` has the folder of each source. Never fails.
 */
export function readLockFile(text: string): LockFile {
  const file = readOpamFile(text);
  const sources = new Map(
    listOf(file, "pin-depends").flatMap((entry): [string, string][] => {
      const [name, url] = stringsIn(entry);
      return name !== undefined && url !== undefined ? [[name, url]] : [];
    }),
  );
  const folders = new Map(
    listOf(file, "x-opam-monorepo-duniverse-dirs").flatMap((entry): [string, string][] => {
      const [url, folder] = stringsIn(entry);
      return url !== undefined && folder !== undefined && isFolderName(folder) ? [[url, folder]] : [];
    }),
  );
  const packages = listOf(file, "depends").flatMap((entry): LockedPackage[] => {
    const version = lockedVersion(entry);
    if (entry.kind !== "string" || version === undefined) return [];
    const url = sources.get(`${entry.value}.${version}`);
    return [
      {
        name: entry.value,
        version,
        folder: url === undefined ? undefined : folders.get(url),
        source: url === undefined ? undefined : readPackageUrl(url),
      },
    ];
  });
  const hasRoots = textsOf(file, "x-opam-monorepo-root-packages").length > 0;
  return {
    packages,
    folders: [...new Set(folders.values())],
    format: textOf(file, "x-opam-monorepo-version"),
    complete: file.complete && hasRoots,
  };
}

/** A folder directly below `duniverse/`. Others are refused, as opam-monorepo does. */
const isFolderName = (name: string): boolean => !/[\\/\0]/.test(name) && name !== "." && name !== "..";

function lockedVersion({ filter = [] }: OpamValue): string | undefined {
  const at = filter.findIndex((each) => each.kind === "word" && each.value === "=");
  const version = filter[at + 1];
  return at >= 0 && version?.kind === "string" ? version.value : undefined;
}

const stringsIn = (value: OpamValue): string[] =>
  value.kind === "list" ? value.items.flatMap((each) => (each.kind === "string" ? [each.value] : [])) : [];
