import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { libraryFiles, moduleOfFile } from "../../project/libraries/localLibraries.ts";
import { moduleLocation } from "../../mirage/config/mainTargets.ts";
import type { Span } from "../../ocaml/brackets.ts";
import { moduleAt, readSource } from "../../ocaml/functors.ts";
import { readText } from "../../platform/readText.ts";

/** The definition of a module. Offsets are in UTF-16 units. */
export interface LocalModule {
  readonly file: string;
  /** Content of the file. */
  readonly text: string;
  /** The module's name. */
  readonly span: Span;
}

/**
 * Finds the definition of a module path in the unikernel's own files: in a file next to config.ml, which
 * hides libraries of the same name, otherwise in a library below `root`, as `~local_libs` names them.
 * Undefined if there is none.
 */
export async function findLocalModule(
  path: string,
  { root, buildDir }: { readonly root: string; readonly buildDir: string },
): Promise<LocalModule | undefined> {
  const [first = ""] = path.split(".");
  if (!/^[A-Z][\w']*$/.test(first)) return undefined;
  const names = await readdir(buildDir).catch(() => []);
  const sibling = names.find((name) => moduleOfFile(name) === first && name !== "config.ml");
  const files =
    sibling === undefined ? await libraryFiles(root, buildDir) : new Map([[first, join(buildDir, sibling)]]);
  const texts = new Map<string, string>();
  for (const [module, file] of files)
    if (module.split(".")[0] === first) texts.set(module, (await readText(file)) ?? "");
  const sources = new Map([...texts].map(([module, text]) => [module, readSource(text)]));
  const location = moduleLocation(path, (module) => sources.get(module));
  const source = location && sources.get(location.file);
  const found = source && moduleAt(source, location.path);
  const file = location && files.get(location.file);
  if (!found || file === undefined) return undefined;
  return { file, text: texts.get(location.file) ?? "", span: found.nameSpan };
}
