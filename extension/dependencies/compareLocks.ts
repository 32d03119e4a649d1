import { t } from "../protocol/l10n.ts";
import type { LockedPackage, LockFile } from "./lockFile.ts";
import { compareOpamVersions } from "./opamVersion.ts";

/** How the packages of a lock file changed. The lists are in the order of the names. */
export interface LockChanges {
  readonly added: readonly LockedPackage[];
  readonly removed: readonly LockedPackage[];
  readonly newer: readonly PackageChange[];
  readonly older: readonly PackageChange[];
  /** The same version from another commit or address. */
  readonly moved: readonly PackageChange[];
}

interface PackageChange {
  readonly from: LockedPackage;
  readonly to: LockedPackage;
}

/** Compares two lock files; undefined if their packages are the same. */
export function compareLocks(before: LockFile, after: LockFile): LockChanges | undefined {
  const [old, now] = [before, after].map(
    ({ packages }) => new Map(packages.map((each) => [each.name, each])),
  );
  if (!old || !now) return undefined;
  const changed = after.packages.flatMap((to): PackageChange[] => {
    const from = old.get(to.name);
    return from ? [{ from, to }] : [];
  });
  const ordered = (sign: number) =>
    changed.filter(({ from, to }) => Math.sign(compareOpamVersions(to.version, from.version)) === sign);
  const changes: LockChanges = {
    added: after.packages.filter(({ name }) => !old.has(name)),
    removed: before.packages.filter(({ name }) => !now.has(name)),
    newer: ordered(1),
    older: ordered(-1),
    moved: ordered(0).filter(
      ({ from, to }) =>
        from.source?.address !== to.source?.address || from.source?.reference !== to.source?.reference,
    ),
  };
  return Object.values(changes).some((list: readonly unknown[]) => list.length > 0) ? changes : undefined;
}

/** The number of changes of each kind, in one line: `2 added, 1 newer`. */
export function lockSummary({ added, removed, newer, older, moved }: LockChanges): string {
  const counts: readonly (readonly [number, (count: number) => string])[] = [
    [added.length, (count) => t("{0} added", count)],
    [removed.length, (count) => t("{0} removed", count)],
    [newer.length, (count) => t("{0} newer", count)],
    [older.length, (count) => t("{0} older", count)],
    [moved.length, (count) => t("{0} from another source", count)],
  ];
  return counts.flatMap(([count, text]) => (count > 0 ? [text(count)] : [])).join(", ");
}

/** The changes as a Markdown document. `title` is its heading. */
export function lockChangesText(title: string, changes: LockChanges): string {
  const place = ({ source }: LockedPackage): string =>
    source
      ? source.address + (source.reference === undefined ? "" : `#${source.reference}`)
      : t("the switch");
  // Versions of git repositories, such as `dev`, say little without the commit.
  const version = (each: LockedPackage): string =>
    each.source?.kind === "git" ? `${each.version} (${place(each)})` : each.version;
  const one = (each: LockedPackage): string => `- ${each.name} ${version(each)}`;
  const both = ({ from, to }: PackageChange): string => `- ${to.name} ${version(from)} → ${version(to)}`;
  const sections: readonly (readonly [string, readonly string[]])[] = [
    [t("Added"), changes.added.map(one)],
    [t("Removed"), changes.removed.map(one)],
    [t("Newer"), changes.newer.map(both)],
    [t("Older"), changes.older.map(both)],
    [
      t("From another source"),
      changes.moved.map(({ from, to }) => `- ${to.name} ${to.version}: ${place(from)} → ${place(to)}`),
    ],
  ];
  const text = sections.flatMap(([heading, lines]) =>
    lines.length > 0 ? [`## ${heading} (${lines.length})`, "", ...lines, ""] : [],
  );
  return [`# ${title}`, "", ...text].join("\n");
}
