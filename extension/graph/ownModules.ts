import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { Span } from "../../language-bridge/tokens.ts";
import { readText } from "../platform/text.ts";
import { fileOf, functorOf } from "./functor.ts";
import { moduleFiles } from "./moduleFiles.ts";

/** What mirage and its tools write beside config.ml: nothing of the user's own is in there. */
const generated: ReadonlySet<string> = new Set(["duniverse", "dist", "mirage", "_build", "_opam"]);

/** A place in a file. Offsets in UTF-16 units. */
export interface OwnModule {
  readonly file: string;
  readonly text: string;
  readonly span: Span;
}

/**
 * Where a unikernel's own files define a module path: the file beside config.ml, which hides any library
 * of its name; else, with `below`, files of libraries in folders below, as `~local_libs` names them.
 */
export async function ownModules(
  path: string,
  buildDir: string,
  below: boolean,
): Promise<readonly OwnModule[]> {
  const name = fileOf(path);
  if (name === undefined) return [];
  const file = join(buildDir, name);
  const text = await readText(file);
  const header = text === undefined ? undefined : functorOf(text, path);
  if (text !== undefined && header) return [{ file, text, span: header.name }];
  if (!below) return [];
  const entries = await readdir(buildDir, { withFileTypes: true }).catch(() => []);
  const folders = entries.filter(
    (entry) => entry.isDirectory() && !generated.has(entry.name) && !entry.name.startsWith("."),
  );
  const found = await moduleFiles(
    path,
    folders.map((folder) => join(buildDir, folder.name)),
  );
  return Promise.all(
    found.map(async (each) => ({
      file: each.file,
      text: (await readText(each.file)) ?? "",
      span: { start: each.offset, end: each.offset },
    })),
  );
}
