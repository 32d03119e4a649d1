import { capture } from "../platform/capture.ts";
import { currentEnv, mergeEnv } from "../platform/env.ts";
import type { Run } from "../platform/process.ts";

/** How long git may take, in milliseconds. */
const gitMs = 10_000;

/** Files and folders that `mirage configure` and `make` write, in the folder of config.ml and where mirage runs. */
const besideConfig = ["dist", "duniverse", "mirage", "dune", "dune.build", "dune.config"];
const whereMirageRuns = ["_build", "Makefile", "dune-project", "dune-workspace"];

/**
 * The paths that mirage may have generated, relative to `root`, with `/`. `folder` is that of config.ml relative to
 * `root`, empty if it is the same.
 */
export const generatedPaths = (folder: string): readonly string[] => [
  ...whereMirageRuns,
  ...besideConfig.map((name) => (folder === "" ? name : `${folder}/${name}`)),
];

/**
 * The paths that git neither tracks nor ignores, of the output of `git status --porcelain -z -- PATHS` in their folder
 * (https://git-scm.com/docs/git-status#_porcelain_format_version_1). `prefix` is that folder in the repository, such as
 * `app/`, because the output has paths from its top.
 */
export const untrackedPaths = (output: string, prefix: string): readonly string[] =>
  output.split("\0").flatMap((entry) => {
    const path = entry.slice(3).replace(/\/$/, "");
    return entry.startsWith("?? ") && path.startsWith(prefix) ? [path.slice(prefix.length)] : [];
  });

/**
 * Asks git which of these paths below `root` it neither tracks nor ignores. None if git is missing or does not answer,
 * and outside of a repository.
 */
export async function findUntracked(
  run: Run,
  root: string,
  wanted: readonly string[],
): Promise<readonly string[]> {
  const git = async (...args: string[]): Promise<string | undefined> => {
    const env = mergeEnv(currentEnv(), { LC_ALL: "C" });
    const spec = { file: "git", args, cwd: root, env };
    const { result, stdout } = await capture(run, spec, { timeoutMs: gitMs });
    return result.kind === "exited" && result.code === 0 ? stdout : undefined;
  };
  const prefix = (await git("rev-parse", "--show-prefix"))?.replace(/\r?\n$/, "");
  if (prefix === undefined) return [];
  const status = await git("status", "--porcelain", "-z", "--untracked-files=normal", "--", ...wanted);
  return untrackedPaths(status ?? "", prefix);
}

/** A `.gitignore` with these paths of its folder added, in its own line endings. */
export function withIgnoredPaths(text: string, paths: readonly string[]): string {
  const end = text.includes("\r\n") ? "\r\n" : "\n";
  const before = text === "" ? "" : text.endsWith("\n") ? end : end + end;
  const lines = ["# Files that mirage configure and make generate.", ...paths.map((path) => `/${path}`)];
  return `${text}${before}${lines.join(end)}${end}`;
}
