import { createHash } from "node:crypto";
import { dirname, isAbsolute, join, relative } from "node:path";
import { renderCsexp, parseCsexp, type Csexp } from "./merlinProtocol.ts";

/** How long a query for a config.ml may wait for the private build, in milliseconds. */
export const maxWaitMs = 3000;

/** The file in the folder of answers for a config.ml; it is empty during the first build. */
export function answerPath(answers: string, configFile: string): string {
  const name = createHash("sha256").update(configFile).digest("hex").slice(0, 32);
  return join(answers, `${name}.csexp`);
}

/**
 * The dune root of a file, found as ocaml-lsp finds it: the nearest folder above the file with a
 * dune-project or dune-workspace. Undefined if there is none.
 */
export function duneRootOf(file: string, exists: (path: string) => boolean): string | undefined {
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    if (exists(join(folder, "dune-project")) || exists(join(folder, "dune-workspace"))) return folder;
    if (folder === dirname(folder)) return undefined;
  }
}

/** The path of a file in queries to a dune started in `root`: relative if the file is below `root`. */
export function pathBelow(root: string, file: string): string {
  const path = relative(root, file);
  return path.startsWith("..") || isAbsolute(path) ? file : path;
}

/**
 * Converts dune's answer for the copy of a config.ml in `buildFolder` into the answer for the original in
 * `folder`: source paths are replaced, so that definitions and references lead to the user's files.
 */
export function answerFor(answer: Uint8Array, buildFolder: string, folder: string): Buffer {
  const original = Buffer.from(folder);
  const copy = Buffer.from(buildFolder);
  const relocate = (value: Csexp): Csexp => {
    if (value instanceof Uint8Array) return value;
    const [name, path, more] = value;
    const isPath =
      name instanceof Uint8Array &&
      path instanceof Uint8Array &&
      more === undefined &&
      /^(S|SOURCE_ROOT)$/.test(Buffer.from(name).toString()) &&
      copy.equals(path);
    return isPath ? [name, original] : value.map(relocate);
  };
  return renderCsexp(relocate(parseCsexp(answer)));
}
