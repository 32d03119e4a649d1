import { parseSexps, sexpAtoms, sexpField, type Sexp } from "../../ocaml/sexp.ts";
import { libraryProvider, type ModuleProvider } from "../../mirage/modules.ts";

/** A `library` stanza of a dune file, as far as it tells which modules users of the library see. */
export interface DuneLibrary {
  /** The package that has it; undefined for a library without a public name. */
  readonly provider: ModuleProvider | undefined;
  /** The module that the library is to its users; with `(wrapped false)` each of its files is one. */
  readonly module: string;
  readonly wrapped: boolean;
  /** The atoms of its field `modules`; undefined if it takes all. */
  readonly modules: readonly string[] | undefined;
  /** The atoms of its field `private_modules`, which users of the library do not see. */
  readonly privateModules: readonly string[];
  /** Whether it does something without being used: a preprocessor, an implementation, or code that is always linked. */
  readonly isEffective: boolean;
}

/** Whether a library contains a module: its `(modules …)` may leave it to another library of the folder. */
export function containsModule({ modules }: DuneLibrary, module: string): boolean {
  if (modules === undefined) return true;
  const without = modules.indexOf("\\");
  const [taken, left] = without < 0 ? [modules, []] : [modules.slice(0, without), modules.slice(without + 1)];
  const names = (list: readonly string[]) => list.map(capitalized).includes(module);
  return (taken.includes(":standard") || names(taken)) && !names(left);
}

/** What the extension reads of a dune file. */
export interface DuneFile {
  readonly libraries: readonly DuneLibrary[];
  /** `unqualified` or `qualified`; undefined without `include_subdirs`. */
  readonly includeSubdirs: string | undefined;
  /** The names in the field `libraries` of its executables. */
  readonly linkedLibraries: readonly string[];
}

/** Reads a dune file (dune's manual, "dune files"). Never fails: what it cannot read is left out. */
export function readDuneFile(text: string): DuneFile {
  const stanzas = listsIn(parseSexps(text));
  const named = (name: string) => stanzas.filter(([keyword]) => keyword === name);
  const [subdirs] = sexpField(stanzas, "include_subdirs") ?? [];
  return {
    libraries: named("library").flatMap((stanza) => libraryOf(stanza) ?? []),
    includeSubdirs: subdirs === "unqualified" || subdirs === "qualified" ? subdirs : undefined,
    linkedLibraries: [...named("executable"), ...named("executables")].flatMap((stanza) =>
      (sexpField(stanza, "libraries") ?? []).filter((each) => typeof each === "string"),
    ),
  };
}

/** The lists of a file, those in others too: `(subdir src (library …))`. */
function listsIn(expressions: readonly Sexp[]): (readonly Sexp[])[] {
  return expressions.flatMap((each) => (typeof each === "string" ? [] : [each, ...listsIn(each)]));
}

function libraryOf(stanza: readonly Sexp[]): DuneLibrary | undefined {
  const field = (name: string) => {
    const [value] = sexpField(stanza, name) ?? [];
    return typeof value === "string" ? value : undefined;
  };
  const publicName = field("public_name");
  const name = field("name") ?? publicName?.replaceAll("-", "_");
  if (name === undefined) return undefined;
  const modules = sexpField(stanza, "modules");
  return {
    provider: publicName === undefined ? undefined : libraryProvider(publicName),
    module: capitalized(name),
    wrapped: field("wrapped") !== "false",
    modules: modules && sexpAtoms(modules),
    isEffective:
      sexpField(stanza, "implements") !== undefined ||
      field("kind")?.startsWith("ppx") === true ||
      sexpAtoms(sexpField(stanza, "library_flags") ?? []).includes("-linkall"),
    privateModules: sexpAtoms(sexpField(stanza, "private_modules") ?? []),
  };
}

/** The module that dune makes of a name. */
export const capitalized = (name: string): string => name.slice(0, 1).toUpperCase() + name.slice(1);
