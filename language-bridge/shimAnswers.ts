import { createHash } from "node:crypto";
import { dirname, isAbsolute, join, relative } from "node:path";
import { renderCsexp, parseCsexp, type Csexp } from "./merlinProtocol.ts";

/** How long a question for a config.ml may wait for the shadow that is being built, in milliseconds. */
export const longestWaitMs = 3000;

/** The file, in the folder of answers, that holds the answer for a config.ml; empty while its shadow is built. */
export function answerPath(answers: string, configFile: string): string {
  const name = createHash("sha256").update(configFile).digest("hex").slice(0, 32);
  return join(answers, `${name}.csexp`);
}

/**
 * The folder that dune answers from for a file, found as ocaml-lsp finds it: the nearest above the
 * file with a dune-project or a dune-workspace. Undefined when there is none.
 */
export function duneRootOf(file: string, exists: (path: string) => boolean): string | undefined {
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    if (exists(join(folder, "dune-project")) || exists(join(folder, "dune-workspace"))) return folder;
    if (folder === dirname(folder)) return undefined;
  }
}

/** The path by which dune, started in `root`, is asked for a file: relative where the file is below. */
export function pathBelow(root: string, file: string): string {
  const way = relative(root, file);
  return way.startsWith("..") || isAbsolute(way) ? file : way;
}

/**
 * The answer that dune gave in a shadow, as it holds for the user's own config.ml: sources are
 * looked for, and occurrences reported, in the user's folder instead of the copy's.
 */
export function answerFor(answer: Uint8Array, shadowFolder: string, folder: string): Buffer {
  const own = Buffer.from(folder);
  const copy = Buffer.from(shadowFolder);
  const moved = (value: Csexp): Csexp => {
    if (value instanceof Uint8Array) return value;
    const [name, path, more] = value;
    const isPath =
      name instanceof Uint8Array &&
      path instanceof Uint8Array &&
      more === undefined &&
      /^(S|SOURCE_ROOT)$/.test(Buffer.from(name).toString()) &&
      copy.equals(path);
    return isPath ? [name, own] : value.map(moved);
  };
  return renderCsexp(moved(parseCsexp(answer)));
}
