import { t } from "../../protocol/l10n.ts";
import type { Span } from "../../ocaml/brackets.ts";
import type { ModuleProviders } from "../../project/libraries/installedLibraries.ts";
import type { ConfigPackage } from "../configPackages.ts";
import { readRequirements } from "../requirers.ts";
import { readModuleUses } from "./moduleUses.ts";
import type { SourceWords } from "./sourceWords.ts";

/** What is compared. Everything is of the configured target. */
export interface PackageUseFiles {
  readonly packages: readonly ConfigPackage[];
  /** The packages that the opam file requires: those of config.ml and those of its devices. */
  readonly required: ReadonlySet<string>;
  /** What each package in `duniverse/` requires. */
  readonly requires: ReadonlyMap<string, readonly string[]>;
  /** The packages in `duniverse/` by the modules that users of them see. */
  readonly providers: ModuleProviders;
  /** Packages that do something without being used, such as a preprocessor or an implementation of a virtual library. */
  readonly effective: ReadonlySet<string>;
  readonly words: SourceWords;
}

/** A package of config.ml that no source uses. */
export interface UnusedPackage {
  readonly name: string;
  /** From `package` to the end of its last argument. */
  readonly span: Span;
  readonly message: string;
}

/**
 * The packages of config.ml that no source of the unikernel mentions. Silent about packages whose modules are not known,
 * about those that config.ml names to pin or bound them, and about those through which a used module is found.
 */
export function unusedPackages(files: PackageUseFiles): UnusedPackage[] {
  const { packages, required, requires, words, effective } = files;
  if (!words.complete) return [];
  const modules = modulesByPackage(files.providers);
  const starts = [...words.words].map((word) => word.toLowerCase());
  const isMentioned = (name: string): boolean => {
    // Modules that rules generate are not known, but are usually called after their package.
    const stem = stemOf(name);
    return (
      modules.get(name)?.some((module) => words.words.has(module)) === true ||
      [...words.libraries].some((each) => each === name || each.startsWith(`${name}.`)) ||
      starts.some((word) => word === stem || word.startsWith(`${stem}_`))
    );
  };
  return packages.flatMap(({ name, span, pin, isBounded }) => {
    if (!required.has(name) || !modules.has(name) || pin || isBounded || effective.has(name)) return [];
    if (isMentioned(name)) return [];
    const others = new Set(
      [...required].flatMap((each) => (each === name ? [] : (requires.get(each) ?? []))),
    );
    const isWay = (requires.get(name) ?? []).some(
      (each) => !required.has(each) && !others.has(each) && isMentioned(each),
    );
    return isWay ? [] : [{ name, span, message: t("No module of this unikernel uses {0}.", name) }];
  });
}

/** How the modules of a package usually begin, in lower case. */
const stemOf = (name: string): string => name.toLowerCase().replaceAll(/[-.+]/g, "_");

function modulesByPackage(providers: ModuleProviders): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const [module, packages] of providers)
    for (const { package: name } of packages) {
      const list = found.get(name);
      if (list) list.push(module);
      else found.set(name, [module]);
    }
  return found;
}

/** A module that is found only because another package requires its package. */
export interface UnnamedPackage {
  /** The first use of the module. */
  readonly span: Span;
  readonly package: string;
  readonly message: string;
}

/**
 * The modules of one source that are found only through several packages: neither the unikernel nor a package that it
 * requires itself requires theirs. `own` are the modules of the project. Silent about modules of several packages, and
 * where an `open` leaves open what a name means.
 */
export function unnamedPackages(
  text: string,
  own: ReadonlySet<string>,
  { providers, required, requires }: Pick<PackageUseFiles, "providers" | "required" | "requires">,
): UnnamedPackage[] {
  const { uses, opens } = readModuleUses(text);
  const { pathTo } = readRequirements([...required], requires);
  return uses.flatMap(({ name, span }) => {
    const packages = new Set((providers.get(name) ?? []).map((each) => each.package));
    const [found] = packages;
    if (found === undefined || packages.size > 1 || own.has(name) || standard.has(name)) return [];
    if (opens && !name.toLowerCase().startsWith(stemOf(found))) return [];
    const path = pathTo(found);
    if (path.length < 3) return [];
    const message = t(
      "{0} is a module of {1}, which config.ml does not name. It is found only through other packages: {2}.",
      name,
      found,
      path.join(" → "),
    );
    return [{ span, package: found, message }];
  });
}

/** Modules of OCaml's standard library that packages define again, for older compilers or with more in them. */
const standard: ReadonlySet<string> = new Set(
  (
    "Arg Array ArrayLabels Atomic Bigarray Bool Buffer Bytes BytesLabels Callback Char Complex Condition Digest " +
    "Domain Dynarray Dynlink Effect Either Ephemeron Event Filename Float Format Fun Gc Hashtbl Iarray In_channel Int " +
    "Int32 Int64 Lazy Lexing List ListLabels Map Marshal MoreLabels Mutex Nativeint Obj Oo Option Out_channel Pair " +
    "Parsing Printexc Printf Queue Random Repr Result Scanf Semaphore Seq Set Stack StdLabels Stdlib Str Stream " +
    "String StringLabels Sys Thread Type Uchar Unit Unix UnixLabels Weak"
  ).split(" "),
);
