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

/** A `.gitignore` with these paths of its folder added, in its own line endings. */
export function withIgnoredPaths(text: string, paths: readonly string[]): string {
  const end = text.includes("\r\n") ? "\r\n" : "\n";
  const before = text === "" ? "" : /\n$/.test(text) ? end : end + end;
  const lines = ["# Files that mirage configure and make generate.", ...paths.map((path) => `/${path}`)];
  return `${text}${before}${lines.join(end)}${end}`;
}
