import { t } from "../../protocol/l10n.ts";
import type { DependencyProblem } from "../checks.ts";
import type { ConfigPackage } from "../configPackages.ts";
import type { LockedPackage, LockFile } from "../lockFile.ts";
import { compareOpamVersions } from "../opamVersion.ts";
import { placeProblems, type PlacedProblems } from "../problemPlaces.ts";
import { advisoryPage, isAffected, rangesText, type Advisory } from "./advisory.ts";

/** An advisory that concerns a locked version. */
export interface Vulnerability {
  readonly locked: LockedPackage;
  readonly id: string;
  readonly summary: string;
  readonly page: string;
  /** The affected versions, such as `< 6.3.0`. */
  readonly range: string;
  /** The oldest version above the locked one that is not affected; undefined if the advisory names none. */
  readonly fixedIn: string | undefined;
}

/** The advisories that concern the versions of a lock file, by package and then by id. */
export function findVulnerabilities(
  { packages }: Pick<LockFile, "packages">,
  advisories: readonly Advisory[],
): Vulnerability[] {
  const locked = new Map(packages.map((each) => [each.name, each]));
  const found = advisories.flatMap(({ id, summary, affected }) =>
    affected.flatMap((each): Vulnerability[] => {
      const current = locked.get(each.name);
      if (!current || !isAffected(each, current.version)) return [];
      const [fixedIn] = each.ranges
        .flat()
        .flatMap(({ operator, version }) => (operator === "<" ? [version] : []))
        .filter((version) => compareOpamVersions(version, current.version) > 0 && !isAffected(each, version))
        .toSorted(compareOpamVersions);
      return [{ locked: current, id, summary, page: advisoryPage(id), range: rangesText(each), fixedIn }];
    }),
  );
  const key = ({ locked: { name }, id }: Vulnerability): string => `${name} ${id}`;
  return found.toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
}

/** What is vulnerable, why, and which version fixes it. */
export function vulnerabilityMessage({ locked, id, summary, range, fixedIn }: Vulnerability): string {
  const { name, version } = locked;
  return fixedIn === undefined
    ? t("{0} {1} has a known vulnerability, {2}: {3} (affected: {4})", name, version, id, summary, range)
    : t(
        "{0} {1} has a known vulnerability, {2}: {3} (affected: {4}; fixed in {5})",
        name,
        version,
        id,
        summary,
        range,
        fixedIn,
      );
}

/** The vulnerabilities as problems: at the packages that config.ml names, and otherwise in the lock file. */
export const vulnerabilityProblems = (
  found: readonly Vulnerability[],
  packages: readonly ConfigPackage[],
  lockText: string,
): PlacedProblems =>
  placeProblems(
    found.map((each) => ({ locked: each.locked, problem: problemOf(each) })),
    packages,
    lockText,
  );

function problemOf(each: Vulnerability): Omit<DependencyProblem, "span"> {
  const { name, folder } = each.locked;
  return {
    message: vulnerabilityMessage(each),
    // A package of the switch, such as the compiler, has no sources that Lock could update.
    fix: folder === undefined ? undefined : { kind: "update", package: name },
    isInformation: folder === undefined,
    code: { value: each.id, page: each.page },
  };
}
