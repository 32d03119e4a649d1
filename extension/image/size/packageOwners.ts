import type { Archive } from "./archives.ts";

/** A static library that an image may contain parts of. */
export interface Library extends Archive {
  /** The name of its file without `.a`. */
  readonly name: string;
  /** The opam package; undefined for a library of the project itself. */
  readonly package: string | undefined;
  /** Absolute path of the folder that contains its file. */
  readonly folder?: string;
}

/** What a part of an image was linked from. */
export interface Owner {
  /** A compilation unit of OCaml, or an object file of C. */
  readonly module: string;
  readonly language: "ocaml" | "c";
  /** Undefined if it is in no known library. */
  readonly library: string | undefined;
  /** Undefined if it is unknown, and for the project itself. */
  readonly package: string | undefined;
}

/** Finds out where the code of an image comes from. */
export interface Owners {
  readonly unit: (name: string) => Owner;
  /** For a symbol of C: a global one by its name, a local one by the name of its source file. */
  readonly symbol: (name: string, file: string) => Owner | undefined;
}

/** The package that has a module of this name; undefined if it is unknown. */
export type PackageOfModule = (module: string) => string | undefined;

export interface OwnerOptions {
  readonly libraries: readonly Library[];
  /** The names of the units in the image. */
  readonly units: Iterable<string>;
  /** Used for units that are in no library. */
  readonly packageOfModule: PackageOfModule;
  /** The package of C code that is in no library, but was linked as an object file. */
  readonly packageOfObjects: string | undefined;
}

/**
 * Prepares the search for owners. Of two libraries with a module of one name, the one of which the image has
 * the larger part is used.
 */
export function createOwners(options: OwnerOptions): Owners {
  const { libraries, units, packageOfModule, packageOfObjects } = options;
  const present = new Set([...units].map(fileOf));
  const share = (library: Library): number =>
    library.members.filter((member) => present.has(stemOf(member))).length /
    Math.max(1, library.members.length);
  const byShare = libraries
    .map((library) => ({ library, share: share(library) }))
    .toSorted((a, b) => b.share - a.share);
  // The names of OCaml's units and of C files may be the same.
  const byMember = { ocaml: new Map<string, Library>(), c: new Map<string, Library>() };
  const bySymbol = new Map<string, readonly [Library, string]>();
  for (const { library } of byShare) {
    const members = byMember[library.name.startsWith("lib") ? "c" : "ocaml"];
    for (const member of library.members)
      if (!members.has(stemOf(member))) members.set(stemOf(member), library);
    for (const [symbol, member] of library.symbols)
      if (!bySymbol.has(symbol)) bySymbol.set(symbol, [library, member]);
  }
  // One object for each owner, so that callers can compare owners by identity.
  const known = new Map<string, Owner>();
  const owner = (
    module: string,
    language: Owner["language"],
    library: string | undefined,
    packageName: string | undefined,
  ): Owner => {
    const key = `${language} ${library ?? ""} ${module}`;
    const found = known.get(key) ?? { module, language, library, package: packageName };
    known.set(key, found);
    return found;
  };
  return {
    unit: (name) => {
      const library = byMember.ocaml.get(fileOf(name));
      if (library) return owner(name, "ocaml", library.name, library.package);
      if (/^_(?:startup|system|hot)$|^Std_exit$/.test(name)) return owner(name, "ocaml", undefined, "ocaml");
      const [top = name] = name.split("__");
      const isProject = top === "Dune";
      const provider = isProject ? undefined : packageOfModule(top);
      return owner(name, "ocaml", undefined, provider);
    },
    symbol: (name, file) => {
      const defined = bySymbol.get(name);
      if (file === "") return defined && owner(stemOf(defined[1]), "c", defined[0].name, defined[0].package);
      const module = stemOf(file);
      const library = byMember.c.get(module);
      if (library) return owner(module, "c", library.name, library.package);
      return owner(module, "c", undefined, packageOfObjects);
    },
  };
}

/** The name of the object file of a unit: `lwt_main` for `Lwt_main`. */
function fileOf(unit: string): string {
  return `${unit.slice(0, 1).toLowerCase()}${unit.slice(1)}`;
}

/** The name of a file up to its first dot: the object file of `gc.c` is `gc.n.o` in OCaml's runtime. */
function stemOf(file: string): string {
  const dot = file.indexOf(".");
  return dot <= 0 ? file : file.slice(0, dot);
}
