import type { DependencyProblem } from "./checks.ts";
import type { ConfigPackage } from "./configPackages.ts";
import type { LockedPackage } from "./lockFile.ts";

/** Problems with the text that they are reported in. */
export interface PlacedProblems {
  readonly config: readonly DependencyProblem[];
  readonly lock: readonly DependencyProblem[];
}

/** Reports problems of locked packages where config.ml names the package, and otherwise in the lock file. */
export function placeProblems(
  found: readonly { readonly locked: LockedPackage; readonly problem: Omit<DependencyProblem, "span"> }[],
  packages: readonly ConfigPackage[],
  lockText: string,
): PlacedProblems {
  const named = new Map(packages.map((each) => [each.name, each.nameSpan]));
  const [config, lock]: [DependencyProblem[], DependencyProblem[]] = [[], []];
  for (const { locked, problem } of found) {
    const span = named.get(locked.name);
    const start = Math.max(0, lockText.indexOf(`"${locked.name}" {`) + 1);
    if (span) config.push({ ...problem, span });
    else lock.push({ ...problem, span: { start, end: start + locked.name.length } });
  }
  return { config, lock };
}
