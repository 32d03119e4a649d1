import type { Dirent } from "node:fs";
import { readdir } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { readText } from "../platform/readText.ts";
import type { SourceRequest } from "../protocol/image.ts";

/** Where the source of a module may be. */
export interface SourcePlaces {
  /** Absolute paths of the folders of its library, the more likely first. */
  readonly folders: readonly string[];
  /** The folder of config.ml, for modules of the project itself. */
  readonly buildDir: string | undefined;
}

/** A place in a file. `line` starts at 0. */
export interface SourcePlace {
  readonly file: string;
  readonly line: number;
}

const depthLimit = 4;
const folderLimit = 500;
const skipped: ReadonlySet<string> = new Set([
  "_build",
  "duniverse",
  ".git",
  "test",
  "tests",
  "node_modules",
]);

/** Finds the file of a module, and the definition of a symbol in it if it has one of that name. Never rejects. */
export async function findModuleSource(
  { module, language, symbol }: Pick<SourceRequest, "module" | "language" | "symbol">,
  { folders, buildDir }: SourcePlaces,
): Promise<SourcePlace | undefined> {
  const names = fileNames(module, language);
  const own = module.startsWith("Dune__exe") && buildDir !== undefined ? [buildDir] : [];
  for (const folder of [...own, ...folders]) {
    // oxlint-disable-next-line no-await-in-loop -- The first folder that has the file counts.
    const file = await findBelow(folder, names);
    if (file === undefined) continue;
    // oxlint-disable-next-line no-await-in-loop -- Only the file that was found is read.
    const text = (await readText(file)) ?? "";
    return { file, line: definitionLine(text, symbol, language) };
  }
  return undefined;
}

/**
 * The folders with the sources of a library that dune built in a folder below `context`: the folder that it copied them from,
 * and that of the repository, since a library may copy files from other folders. Elsewhere, the folder of the library.
 */
export function sourceFolders(folder: string, context: string, project: string): readonly string[] {
  const inside = relative(context, folder);
  if (inside.startsWith("..")) return [folder];
  const [top = "", repository] = inside.split(sep);
  const above = top === "duniverse" && repository !== undefined ? [join(project, top, repository)] : [];
  return [join(project, inside), ...above];
}

/** `Mirage_crypto_rng__Fortuna` is in `fortuna.ml`. Dune keeps the case of a file's first letter in no name. */
function fileNames(module: string, language: "ocaml" | "c"): readonly string[] {
  if (language === "c") return [`${module}.c`, `${module}.S`];
  const last = module.split("__").findLast((part) => part !== "") ?? module;
  return [`${last.slice(0, 1).toLowerCase()}${last.slice(1)}.ml`, `${last}.ml`];
}

async function findBelow(top: string, names: readonly string[]): Promise<string | undefined> {
  const open = [{ folder: top, depth: 0 }];
  for (let at = 0; at < open.length && at < folderLimit; at++) {
    const { folder, depth } = open[at] ?? { folder: top, depth: 0 };
    // oxlint-disable-next-line no-await-in-loop -- Folders further up come first.
    const entries: Dirent[] = await readdir(folder, { withFileTypes: true }).catch(() => []);
    const found = entries.find((entry) => entry.isFile() && names.includes(entry.name));
    if (found) return join(folder, found.name);
    if (depth >= depthLimit) continue;
    for (const entry of entries) {
      if (!entry.isDirectory() || skipped.has(entry.name)) continue;
      open.push({ folder: join(folder, entry.name), depth: depth + 1 });
    }
  }
  return undefined;
}

/** The line of a definition, or the first one. The compiler appends numbers to names: `run_12`. */
function definitionLine(text: string, symbol: string, language: "ocaml" | "c"): number {
  const name = language === "ocaml" ? (symbol.replace(/_\d+$/, "").split(".").at(-1) ?? "") : symbol;
  if (!/^[A-Za-z_][\w']*$/.test(name)) return 0;
  const definition =
    language === "ocaml"
      ? new RegExp(`\\b(?:let|and|external|method|val)!?\\s+(?:rec\\s+)?${name}(?![\\w'])`)
      : new RegExp(`^(?:[A-Za-z_].*[ \\t*])?\\(?${name}\\)?\\s*\\(`, "m");
  const at = text.search(definition);
  return at < 0 ? 0 : text.slice(0, at).split("\n").length - 1;
}
