import { t } from "../../protocol/l10n.ts";
import type { Vulnerability } from "../advisories/vulnerabilities.ts";
import { newestRelease, type CataloguePackage } from "../catalogue.ts";
import type { LockedPackage } from "../lockFile.ts";
import { compareOpamVersions } from "../opamVersion.ts";
import type { PackageFile } from "../packageFiles.ts";
import { isCommit } from "../packageSource.ts";

/** What a row of a package says in detail. */
export interface PackageDetail {
  readonly label: string;
  readonly text: string;
  /** The address of a page that says more. */
  readonly page?: string;
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
  /** The advisories that concern the locked version. */
  readonly vulnerabilities: readonly Vulnerability[];
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
 * The version, also the newest one if that is another, a commit, branch or the switch where the package is not a release
 * in `duniverse/`, and the advisories that concern it.
 */
export function packageSummary(facts: Pick<PackageFacts, "locked" | "listed" | "vulnerabilities">): string {
  const { version, source, folder } = facts.locked;
  const newest = newerRelease(facts);
  const reference = source?.reference;
  const commit = isCommit(reference) ? reference.slice(0, 12) : reference;
  const versions = newest === undefined ? version : t("{0}, newest {1}", version, newest);
  const ids = facts.vulnerabilities.map(({ id }) => id);
  return [versions, commit, folder === undefined ? t("in the switch") : "", ...ids]
    .filter(Boolean)
    .join(" · ");
}

/** The details of a package, without those that are not known. */
export function packageDetails(facts: PackageFacts): PackageDetail[] {
  const { locked, file, listed, path, requirers } = facts;
  const { source, folder } = locked;
  const reference = source?.reference === undefined ? "" : `#${source.reference}`;
  const details: readonly (readonly [string, string | undefined])[] = [
    [t("About"), file?.synopsis ?? listed?.synopsis],
    [t("Newest version"), newestRelease(listed?.versions ?? [])],
    [t("Required by"), path.length > 0 ? ["config.ml", ...path].join(" → ") : undefined],
    [t("Also required by"), requirers.filter((name) => name !== path.at(-2)).join(", ")],
    [t("Source"), source && `${source.address}${reference}`],
    [t("Folder"), folder === undefined ? undefined : `duniverse/${folder}`],
    [t("License"), file?.licence],
    [t("Homepage"), file?.homepage],
  ];
  return [
    ...facts.vulnerabilities.map(vulnerabilityDetail),
    ...details.flatMap(([label, text]) => (text === undefined || text === "" ? [] : [{ label, text }])),
  ];
}

function vulnerabilityDetail({ id, summary, fixedIn, page }: Vulnerability): PackageDetail {
  const text =
    fixedIn === undefined ? `${id}: ${summary}` : t("{0}: {1}, fixed in {2}", id, summary, fixedIn);
  return { label: t("Vulnerability"), text, page };
}

/** What the documentation of a package is made of. */
export interface PackageDescription {
  readonly name: string;
  /** The library of the package that is described. */
  readonly sublib?: string;
  readonly hasLock: boolean;
  /** Undefined if the lock file does not contain the package. */
  readonly facts: PackageFacts | undefined;
  readonly listed: CataloguePackage | undefined;
}

/** The documentation of a package, or of one of its libraries, as Markdown. */
export function packageMarkdown({ name, sublib, hasLock, facts, listed }: PackageDescription): string {
  const library = `**${escaped(sublib === undefined ? name : `${name}.${sublib}`)}**`;
  const newest = newestRelease(listed?.versions ?? []);
  const versions = facts
    ? t("{0} (locked version {1})", library, escaped(facts.locked.version))
    : hasLock
      ? t("{0} is not in the lock file. Lock again to add it.", library)
      : t("{0} has no version yet because there is no lock file.", library);
  const shown = new Set([
    t("Vulnerability"),
    t("Required by"),
    t("Also required by"),
    t("Source"),
    t("License"),
  ]);
  const synopsis = facts?.file?.synopsis ?? listed?.synopsis ?? "";
  const details = facts ? packageDetails(facts).filter(({ label }) => shown.has(label)) : [];
  const listing: readonly PackageDetail[] = [
    ...(newest === undefined ? [] : [{ label: t("Newest version"), text: newest }]),
    ...details,
  ];
  const lines = listing.map(
    ({ label, text, page }) =>
      `- ${label}: ${page === undefined ? escaped(text) : `[${escaped(text)}](<${page}>)`}`,
  );
  const homepage = facts?.file?.homepage ?? facts?.locked.source?.page;
  const released = facts?.locked.source?.kind === "git" ? newest : (facts?.locked.version ?? newest);
  const links = [
    ...(homepage === undefined ? [] : [`[${t("Homepage")}](<${encodeURI(decoded(homepage))}>)`]),
    `[${escaped(t("{0} on ocaml.org", name))}](https://ocaml.org/p/${encodeURIComponent(name)}${
      released === undefined ? "" : `/${encodeURIComponent(released)}`
    })`,
  ];
  return [versions, escaped(synopsis), lines.join("\n"), links.join(" · ")].filter(Boolean).join("\n\n");
}

/** Text of other people, which Markdown must not interpret. */
const escaped = (text: string): string => text.replace(/[\\`*_{}[\]()#+!|<>~&]/g, "\\$&");

/** An address without escapes, so that escaping it again changes no character twice. */
function decoded(address: string): string {
  try {
    return decodeURI(address);
  } catch {
    return address;
  }
}
