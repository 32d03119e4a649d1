import type { Dirent } from "node:fs";
import { readdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { readText } from "../platform/text.ts";

/** Where a module is defined: a source file, and the offset of `module NAME` in it, 0 for the file itself. */
export interface ModuleFile {
  readonly file: string;
  readonly offset: number;
  readonly line: number;
}

/** Entries looked at below all folders; a whole switch has a tenth of it. */
const entryLimit = 200_000;
const skipped = new Set(["_build", ".git", "_opam", "node_modules", "test", "tests"]);

/**
 * The source files that can define a module path such as `Tcpip_stack_direct.MakeV4V6` or
 * `Tcp.Flow.Make`, best first: below `folders` (duniverse, the libraries of the switch) the files
 * that are called as one of its components. What comes before must be the library's or folder's
 * name, what comes after must be defined in the file. Interfaces count where there is no source.
 */
export async function moduleFiles(path: string, folders: readonly string[]): Promise<readonly ModuleFile[]> {
  const components = path.split(".").filter((part) => /^[A-Z]\w*$/.test(part));
  if (components.length === 0) return [];
  const names = new Map<string, number>();
  components.forEach((component, index) => {
    for (const name of fileNames(component)) names.set(name, index);
  });
  const all = await filesNamed(new Set(names.keys()), folders);
  const files = all.filter((file) => !description.test(file));
  const found: (ModuleFile & { readonly depth: number; readonly source: boolean })[] = [];
  for (const file of files) {
    const depth = names.get(basename(file)) ?? 0;
    if (depth > 0 && !belongsTo(file, components[depth - 1] ?? "")) continue;
    const place = placeOf((await readText(file)) ?? "", components.slice(depth + 1));
    if (place) found.push({ file, ...place, depth, source: file.endsWith(".ml") });
  }
  const sources = found.some(({ source }) => source) ? found.filter(({ source }) => source) : found;
  return sources
    .toSorted((a, b) => b.depth - a.depth)
    .map(({ file, offset, line }) => ({ file, offset, line }));
}

/** Where mirage's own library describes devices in files that are called as the devices: `mirage/devices/block.ml`. */
const description = /[\\/]mirage[\\/](?:lib[\\/])?(?:devices|functoria)[\\/]/;

function fileNames(component: string): readonly string[] {
  const name = component[0]?.toLowerCase() + component.slice(1);
  return [`${name}.ml`, `${name}.mli`];
}

async function filesNamed(names: ReadonlySet<string>, folders: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  const open = [...folders];
  let looked = 0;
  for (let folder = open.shift(); folder !== undefined && looked < entryLimit; folder = open.shift()) {
    const entries: Dirent[] = await readdir(folder, { withFileTypes: true }).catch(() => []);
    looked += entries.length;
    for (const entry of entries) {
      const path = join(folder, entry.name);
      if (entry.isDirectory() && !skipped.has(entry.name)) open.push(path);
      else if (entry.isFile() && names.has(entry.name)) found.push(path);
    }
  }
  return found;
}

/** Whether one of the file's nearest folders is called as the module that holds it. */
function belongsTo(file: string, module: string): boolean {
  const wanted = plain(module);
  return dirname(file)
    .split(/[\\/]/)
    .slice(-4)
    .some((folder) => plain(folder).includes(wanted));
}

const plain = (name: string): string => name.toLowerCase().replaceAll(/[-_]/g, "");

/** Where the last of the nested modules is defined in the text; undefined when one is not. */
function placeOf(
  text: string,
  modules: readonly string[],
): { readonly offset: number; readonly line: number } | undefined {
  let offset = 0;
  for (const module of modules) {
    const definition = new RegExp(`\\bmodule\\s+(?:rec\\s+)?${module}\\b`, "g");
    definition.lastIndex = offset;
    const match = definition.exec(text);
    if (!match) return undefined;
    offset = match.index;
  }
  return { offset, line: text.slice(0, offset).split("\n").length - 1 };
}
