import { t } from "../../protocol/l10n.ts";
import { newerRelease, type PackageFacts } from "./packageText.ts";

/** By what packages are sorted. */
export type PackageOrder = "name" | "state" | "source" | "licence" | "requirer";

/** All orders, in the order in which they are offered. */
export const packageOrders: readonly PackageOrder[] = ["name", "state", "source", "licence", "requirer"];

/** What users read about an order. */
export function orderLabel(order: PackageOrder): string {
  const labels: Readonly<Record<PackageOrder, string>> = {
    name: t("name"),
    state: t("vulnerabilities and newer versions"),
    source: t("where they come from"),
    licence: t("license"),
    requirer: t("by the packages that require them"),
  };
  return labels[order];
}

/** Packages that belong together in an order. */
export interface OrderedPackages<T> {
  /** Empty if there is only one group. */
  readonly label: string;
  readonly packages: readonly T[];
}

/** Sorts packages into groups, each of them in the order of the names. What is not known comes last. */
export function orderPackages<T extends PackageFacts>(
  packages: readonly T[],
  order: PackageOrder,
): OrderedPackages<T>[] {
  const sorted = packages.toSorted((a, b) => (a.locked.name < b.locked.name ? -1 : 1));
  if (order === "name") return [{ label: "", packages: sorted }];
  const fixed = fixedGroups(order);
  const groups = Map.groupBy(sorted, (each) => groupOf(each, order));
  const rank = (label: string): number => {
    const at = fixed.indexOf(label);
    return label === "" ? Infinity : at < 0 ? fixed.length : at;
  };
  return [...groups]
    .toSorted(([a], [b]) => rank(a) - rank(b) || (a < b ? -1 : 1))
    .map(([label, members]) => ({ label: label === "" ? t("Not known") : label, packages: members }));
}

function groupOf(facts: PackageFacts, order: PackageOrder): string {
  const { locked, file, path, vulnerabilities } = facts;
  if (order === "licence") return file?.licence ?? "";
  if (order === "requirer") return path[0] ?? "";
  const [first = "", second = "", third = ""] = fixedGroups(order);
  if (order === "source")
    return locked.source?.kind === "git" ? first : locked.folder === undefined ? third : second;
  if (vulnerabilities.length > 0) return first;
  if (facts.listed === undefined) return "";
  return newerRelease(facts) === undefined ? third : second;
}

/** The groups of an order that come in a fixed sequence. */
function fixedGroups(order: PackageOrder): readonly string[] {
  if (order === "source") return [t("git repositories"), t("Releases"), t("opam switch")];
  if (order === "state") return [t("Known vulnerabilities"), t("Newer versions"), t("Up to date")];
  return [];
}
