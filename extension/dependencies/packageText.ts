import { t } from "../protocol/l10n.ts";
import type { LockedPackage } from "./lockFile.ts";
import type { PackageFile } from "./packageFiles.ts";
import { isCommit } from "./packageSource.ts";

/** What a row of a package says in detail. */
export interface PackageDetail {
  readonly label: string;
  readonly text: string;
}

/** The version, and a commit, branch or the switch where the package is not a release in `duniverse/`. */
export function packageSummary({ version, source, folder }: LockedPackage): string {
  const reference = source?.reference;
  const commit = isCommit(reference) ? reference.slice(0, 12) : reference;
  return [version, commit, folder === undefined ? t("in the switch") : ""].filter(Boolean).join(" · ");
}

/** The details of a package, without those that are not known. */
export function packageDetails(
  { source, folder }: LockedPackage,
  file: PackageFile | undefined,
  path: readonly string[],
  requirers: readonly string[],
): PackageDetail[] {
  const reference = source?.reference === undefined ? "" : `#${source.reference}`;
  const details: readonly (readonly [string, string | undefined])[] = [
    [t("About"), file?.synopsis],
    [t("Required by"), path.length > 0 ? ["config.ml", ...path].join(" → ") : undefined],
    [t("Also required by"), requirers.filter((name) => name !== path.at(-2)).join(", ")],
    [t("Source"), source && `${source.address}${reference}`],
    [t("Folder"), folder === undefined ? undefined : `duniverse/${folder}`],
    [t("Licence"), file?.licence],
    [t("Homepage"), file?.homepage],
  ];
  return details.flatMap(([label, text]) => (text === undefined || text === "" ? [] : [{ label, text }]));
}
