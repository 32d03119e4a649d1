import type { Dirent } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { libraryProvider, type ModuleProvider } from "../../mirage/modules.ts";
import { parseSexps, sexpField, type Sexp } from "../../ocaml/sexp.ts";
import { readText } from "../../platform/readText.ts";
import { capitalized } from "./duneFile.ts";

/** A library as it is installed: its findlib name and the modules that its users see. */
export interface InstalledLibrary {
  readonly name: string;
  readonly modules: readonly string[];
}

/** The libraries by the modules that users of them see. */
export type ModuleProviders = ReadonlyMap<string, readonly ModuleProvider[]>;

/**
 * The installed libraries of one folder, such as `lib` of an opam switch, which has one folder for each package.
 * Their modules are those of the file `dune-package`, or for packages that dune did not build the compiled
 * interfaces in the folders that `META` names. A folder that cannot be read has none; runs no program.
 */
export async function installedModules(folder: string): Promise<ModuleProviders> {
  const packages = (await entriesOf(folder)).filter((entry) => !entry.isFile()).map(({ name }) => name);
  const found = new Map<string, ModuleProvider[]>();
  for (const name of packages)
    for (const library of await librariesOf(join(folder, name), name))
      for (const module of library.modules)
        found.set(module, [...(found.get(module) ?? []), libraryProvider(library.name)]);
  return found;
}

async function librariesOf(folder: string, name: string): Promise<readonly InstalledLibrary[]> {
  const dunePackage = await readText(join(folder, "dune-package"));
  const described = dunePackage === undefined ? [] : readDunePackage(dunePackage);
  if (described.length > 0) return described;
  const meta = await readText(join(folder, "META"));
  return meta === undefined ? [] : compiledLibraries(folder, readMeta(meta, name));
}

/**
 * Reads the libraries of a file `dune-package`, which dune installs for each package (`Dune_package` in dune's
 * sources, formats 1.11 to 3.x). Never fails: what it cannot read is left out.
 */
export function readDunePackage(text: string): readonly InstalledLibrary[] {
  return parseSexps(text).flatMap((stanza) => {
    if (typeof stanza === "string" || stanza[0] !== "library") return [];
    const [name] = sexpField(stanza, "name") ?? [];
    const [kind] = sexpField(stanza, "modules") ?? [];
    if (typeof name !== "string" || kind === undefined || typeof kind === "string") return [];
    const [main] = sexpField(stanza, "main_module_name") ?? [];
    if (kind[0] === "wrapped") return typeof main === "string" ? [{ name, modules: [main] }] : [];
    return [{ name, modules: publicModules(kind) }];
  });
}

/** The public modules in `(unwrapped …)` or `(singleton …)`, however the version of dune nests them. */
function publicModules(described: readonly Sexp[]): readonly string[] {
  const [object] = sexpField(described, "obj_name") ?? [];
  if (typeof object === "string") {
    const [visibility] = sexpField(described, "visibility") ?? [];
    const [name] = sexpField(described, "name") ?? [];
    return visibility === "private" ? [] : [typeof name === "string" ? name : capitalized(object)];
  }
  return described.flatMap((each) => (typeof each === "string" ? [] : publicModules(each)));
}

/** A package of a META file: its findlib name, folder below that of the file, and archives without extension. */
export interface MetaPackage {
  readonly name: string;
  readonly directory: string;
  readonly archives: readonly string[];
}

const metaToken = /#[^\n]*|"(?:[^"\\]|\\[^])*(?:"|$)|[()]|[\w.+-]+/g;

/**
 * Reads the packages of a META file (findlib's manual, "META"), the outermost first. Folders outside of the
 * package's own (`+unix`, `^`) are left out. Never fails.
 */
export function readMeta(text: string, name: string): readonly MetaPackage[] {
  const top = { name, directory: "", archives: [] as string[] };
  const packages = [top];
  const open = [top];
  const parentheses: ("package" | "predicates")[] = [];
  const tokens = [...text.matchAll(metaToken)].map(([token]) => token).filter((token) => token[0] !== "#");
  for (const [at, token] of tokens.entries()) {
    const current = open.at(-1) ?? top;
    const value = quoted(tokens[at + 1]);
    if (token === "(") {
      const inner = tokens[at - 2] === "package" ? quoted(tokens[at - 1]) : undefined;
      parentheses.push(inner === undefined ? "predicates" : "package");
      if (inner === undefined) continue;
      const { name: outer, directory } = current;
      const found = { name: `${outer}.${inner}`, directory, archives: [] };
      packages.push(found);
      open.push(found);
    } else if (token === ")") {
      if (parentheses.pop() === "package") open.pop();
    } else if (token === "directory" && value !== undefined) {
      const outer = open.at(-2)?.directory ?? "";
      current.directory = outer === "" || /^[+^/]/.test(value) ? value : `${outer}/${value}`;
    } else if (token === "archive") {
      // `archive(byte,mt) = "a.cma b.cma"`
      const files = value ?? tokens.slice(at + 1, at + 9).flatMap((each) => quoted(each) ?? [])[0] ?? "";
      current.archives.push(...files.split(/\s+/).map((file) => file.replace(/\.\w+$/, "")));
    }
  }
  return packages.filter(({ directory }) => !/^[+^/]|(?:^|\/)\.\.(?:\/|$)/.test(directory));
}

const quoted = (token: string | undefined): string | undefined =>
  token?.startsWith('"') === true && token.length > 1 ? token.slice(1, -1) : undefined;

/** The modules of each package, from the compiled interfaces in its folder. */
async function compiledLibraries(
  folder: string,
  packages: readonly MetaPackage[],
): Promise<readonly InstalledLibrary[]> {
  const libraries: InstalledLibrary[] = [];
  for (const [directory, sharing] of Map.groupBy(packages, (each) => each.directory)) {
    const modules = (await entriesOf(join(folder, directory))).flatMap(({ name }) => {
      // `Lib__Module` is the inner name of a wrapped module.
      const stem = /^([A-Za-z][\w']*)\.cmi$/.exec(name)?.[1];
      return stem === undefined || stem.includes("__") ? [] : [stem];
    });
    // Packages in one folder are told apart by their archives; what has no archive belongs to the first.
    for (const module of modules) {
      const named = sharing.find(({ archives }) => archives.includes(module.toLowerCase()));
      const owner = named ?? sharing.find(({ archives }) => archives.length > 0);
      if (owner) libraries.push({ name: owner.name, modules: [capitalized(module)] });
    }
  }
  return libraries;
}

const entriesOf = (folder: string): Promise<readonly Dirent[]> =>
  readdir(folder, { withFileTypes: true }).catch(() => []);
