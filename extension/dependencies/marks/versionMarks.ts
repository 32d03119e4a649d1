import { t } from "../../protocol/l10n.ts";
import type { DependencyProblem } from "../checks.ts";
import type { LockedPackage, LockFile } from "../lockFile.ts";

/**
 * What the repositories say against a version: it is known to have problems or is a pre-release (`avoid-version`), its
 * package is not maintained any more (`deprecated`), or it cannot be installed anywhere (`available: false`).
 */
export type VersionMark = "avoid-version" | "deprecated" | "unavailable";

/** The number of packages of one query: Windows limits the length of a command line. */
const queryLimit = 300;

/**
 * The arguments of opam whose outputs `readVersionMarks` reads: one query for some hundred packages. Packages of the
 * switch are left out, because Lock cannot change them.
 */
export function markQueries({ packages }: Pick<LockFile, "packages">): string[][] {
  const names = packages.flatMap(({ name, version, folder }) =>
    folder === undefined ? [] : [`${name}.${version}`],
  );
  const queries: string[][] = [];
  for (let at = 0; at < names.length; at += queryLimit)
    queries.push([
      "show",
      "--field=name,version,flags:,available:",
      "--color=never",
      ...names.slice(at, at + queryLimit),
    ]);
  return queries;
}

/**
 * Reads the output of `opam show` (opam 2.1 to 2.6): a field a line, its name before its value, and `name` first for each
 * package. The result is by `NAME.VERSION`. opam leaves packages out that no repository has, such as pins.
 */
export function readVersionMarks(output: string): ReadonlyMap<string, VersionMark> {
  const found = new Map<string, VersionMark>();
  let name = "";
  let version = "";
  for (const line of output.split(/\r?\n/)) {
    const [, field, value = ""] = /^([\w-]+):?(?:\s+(.*))?$/.exec(line) ?? [];
    const words = value.split(/[\s,"[\]]+/);
    if (field === "name") name = value.trim();
    else if (field === "version") version = value.trim();
    else if (field === "flags") {
      const mark = (["avoid-version", "deprecated"] as const).find((each) => words.includes(each));
      if (mark) found.set(`${name}.${version}`, mark);
    } else if (field === "available" && value.trim() === "false")
      found.set(`${name}.${version}`, "unavailable");
  }
  return found;
}

/** The locked versions that are marked, each with its package. */
export function markProblems(
  { packages }: Pick<LockFile, "packages">,
  marks: ReadonlyMap<string, VersionMark>,
): { readonly locked: LockedPackage; readonly problem: Omit<DependencyProblem, "span"> }[] {
  return packages.flatMap((locked) => {
    const mark = marks.get(`${locked.name}.${locked.version}`);
    if (!mark || locked.folder === undefined) return [];
    const problem = {
      message: markMessage(mark, locked),
      fix: { kind: "update" as const, package: locked.name },
      isInformation: mark === "deprecated",
    };
    return [{ locked, problem }];
  });
}

function markMessage(mark: VersionMark, { name, version }: LockedPackage): string {
  switch (mark) {
    case "avoid-version":
      return t(
        "opam's repositories advise against {0} {1}: it is a pre-release or has known problems (avoid-version).",
        name,
        version,
      );
    case "deprecated":
      return t("opam's repositories mark {0} {1} as deprecated.", name, version);
    case "unavailable":
      return t("opam's repositories have withdrawn {0} {1} (available: false).", name, version);
  }
}
