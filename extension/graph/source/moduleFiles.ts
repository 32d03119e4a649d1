import type { Dirent } from "node:fs";
import { readdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { readText } from "../../platform/readText.ts";

/** The definition of a module: a source file, and the offset and line (from 0) of `module NAME` in it, 0 for the file itself. */
export interface ModuleFile {
  readonly file: string;
  readonly offset: number;
  readonly line: number;
}

/** Limit of directory entries read; a whole switch has about a tenth of them. */
const entryLimit = 200_000;
const skipped = new Set(["_build", ".git", "_opam", "node_modules", "test", "tests"]);

/**
 * Finds the source files that may define a module path such as `Tcpip_stack_direct.MakeV4V6` or
 * `Tcp.Flow.Make`, best first: the files below `folders` (duniverse, the libraries of the switch) that are
 * named like one of its components. The component before must be in the name of a folder, those after it
 * must be defined in the file. Interfaces are only returned if there is no implementation.
 */
export async function moduleFiles(path: string, folders: readonly string[]): Promise<readonly ModuleFile[]> {
  const components = path.split(".").filter((part) => /^[A-Z]\w*$/.test(part));
  if (components.length === 0) return [];
  const names = new Map<string, number>();
  components.forEach((component, index) => {
    for (const name of fileNames(component)) names.set(name, index);
  });
  const all = await filesNamed(new Set(names.keys()), folders);
  const files = all.filter((file) => !deviceDescription.test(file));
  const found: (ModuleFile & { readonly depth: number; readonly source: boolean })[] = [];
  for (const file of files) {
    const depth = names.get(basename(file)) ?? 0;
    if (depth > 0 && !belongsTo(file, components[depth - 1] ?? "")) continue;
    const definition = findDefinition((await readText(file)) ?? "", components.slice(depth + 1));
    if (definition) found.push({ file, ...definition, depth, source: file.endsWith(".ml") });
  }
  const sources = found.some(({ source }) => source) ? found.filter(({ source }) => source) : found;
  return sources
    .toSorted((a, b) => b.depth - a.depth)
    .map(({ file, offset, line }) => ({ file, offset, line }));
}

/** Files of mirage's own library that describe devices and are named like them: `mirage/devices/block.ml`. */
const deviceDescription = /[\\/]mirage[\\/](?:lib[\\/])?(?:devices|functoria)[\\/]/;

function fileNames(component: string): readonly string[] {
  const name = component[0]?.toLowerCase() + component.slice(1);
  return [`${name}.ml`, `${name}.mli`];
}

async function filesNamed(names: ReadonlySet<string>, folders: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  const open = [...folders];
  let count = 0;
  for (let folder = open.shift(); folder !== undefined && count < entryLimit; folder = open.shift()) {
    const entries: Dirent[] = await readdir(folder, { withFileTypes: true }).catch(() => []);
    count += entries.length;
    for (const entry of entries) {
      const path = join(folder, entry.name);
      if (entry.isDirectory() && !skipped.has(entry.name)) open.push(path);
      else if (entry.isFile() && names.has(entry.name)) found.push(path);
    }
  }
  return found;
}

/** Whether one of the four nearest folders of a file is named like a module. */
function belongsTo(file: string, module: string): boolean {
  const name = normalized(module);
  return dirname(file)
    .split(/[\\/]/)
    .slice(-4)
    .some((folder) => normalized(folder).includes(name));
}

const normalized = (name: string): string => name.toLowerCase().replaceAll(/[-_]/g, "");

/** Finds the definition of the last of the nested modules in a text; undefined if one of them is missing. */
function findDefinition(
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
