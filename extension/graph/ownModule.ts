import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { libraryFiles, moduleOf } from "../../language-bridge/localLibraries.ts";
import { placeOf } from "../../language-bridge/names.ts";
import type { Span } from "../../language-bridge/tokens.ts";
import { moduleAt, readSource } from "../../language-bridge/unikernelSource.ts";
import { readText } from "../platform/text.ts";

/** A place in a file. Offsets in UTF-16 units. */
export interface OwnModule {
  readonly file: string;
  readonly text: string;
  readonly span: Span;
}

/**
 * Where a unikernel's own files define a module path: a file beside config.ml, which hides any library
 * of its name, else one of a library below `root`, as `~local_libs` names them. Undefined where none does.
 */
export async function ownModule(
  path: string,
  { root, buildDir }: { readonly root: string; readonly buildDir: string },
): Promise<OwnModule | undefined> {
  const [first = ""] = path.split(".");
  if (!/^[A-Z][\w']*$/.test(first)) return undefined;
  const names = await readdir(buildDir).catch(() => []);
  const beside = names.find((name) => moduleOf(name) === first && name !== "config.ml");
  const files =
    beside === undefined ? await libraryFiles(root, buildDir) : new Map([[first, join(buildDir, beside)]]);
  const texts = new Map<string, string>();
  for (const [module, file] of files)
    if (module.split(".")[0] === first) texts.set(module, (await readText(file)) ?? "");
  const sources = new Map([...texts].map(([module, text]) => [module, readSource(text)]));
  const place = placeOf(path, (module) => sources.get(module));
  const source = place && sources.get(place.file);
  const found = source && moduleAt(source, place.path);
  const file = place && files.get(place.file);
  if (!found || file === undefined) return undefined;
  return { file, text: texts.get(place.file) ?? "", span: found.nameSpan };
}
