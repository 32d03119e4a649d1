import { t } from "../protocol/l10n.ts";
import { newestRelease, type CataloguePackage } from "./catalogue.ts";
import type { LockedPackage } from "./lockFile.ts";
import { compareOpamVersions } from "./opamVersion.ts";
import type { PackageFile } from "./packageFiles.ts";
import { isCommit } from "./packageSource.ts";

/** What a row of a package says in detail. */
export interface PackageDetail {
  readonly label: string;
  readonly text: string;
}

/** What is known about a locked package. */
export interface PackageFacts {
  readonly locked: LockedPackage;
  readonly file: PackageFile | undefined;
  /** What the switch's repositories have; undefined if opam was not queried yet or does not know the package. */
  readonly listed: CataloguePackage | undefined;
  /** From a package of config.ml or of mirage to this one; empty if no path is known. */
  readonly path: readonly string[];
  /** The packages that require it directly. */
  readonly requirers: readonly string[];
}

/** The newest release in the repositories if it is newer than the locked version. */
export function newerRelease({
  locked,
  listed,
}: Pick<PackageFacts, "locked" | "listed">): string | undefined {
  const newest = newestRelease(listed?.versions ?? []);
  return newest !== undefined && compareOpamVersions(newest, locked.version) > 0 ? newest : undefined;
}

/**
 * The version, also the newest one if that is another, and a commit, branch or the switch where the package is not a
 * release in `duniverse/`.
 */
export function packageSummary(facts: Pick<PackageFacts, "locked" | "listed">): string {
  const { version, source, folder } = facts.locked;
  const newest = newerRelease(facts);
  const reference = source?.reference;
  const commit = isCommit(reference) ? reference.slice(0, 12) : reference;
  const versions = newest === undefined ? version : t("{0}, newest {1}", version, newest);
  return [versions, commit, folder === undefined ? t("in the switch") : ""].filter(Boolean).join(" · ");
}

/** The details of a package, without those that are not known. */
export function packageDetails({ locked, file, listed, path, requirers }: PackageFacts): PackageDetail[] {
  const { source, folder } = locked;
  const reference = source?.reference === undefined ? "" : `#${source.reference}`;
  const details: readonly (readonly [string, string | undefined])[] = [
    [t("About"), file?.synopsis ?? listed?.synopsis],
    [t("Newest version"), newestRelease(listed?.versions ?? [])],
    [t("Required by"), path.length > 0 ? ["config.ml", ...path].join(" → ") : undefined],
    [t("Also required by"), requirers.filter((name) => name !== path.at(-2)).join(", ")],
    [t("Source"), source && `${source.address}${reference}`],
    [t("Folder"), folder === undefined ? undefined : `duniverse/${folder}`],
    [t("Licence"), file?.licence],
    [t("Homepage"), file?.homepage],
  ];
  return details.flatMap(([label, text]) => (text === undefined || text === "" ? [] : [{ label, text }]));
}
