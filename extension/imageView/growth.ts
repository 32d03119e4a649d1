import { sizeChangeText } from "../project/describeState.ts";
import type { ImageParts } from "../protocol/image.ts";
import { t } from "../protocol/l10n.ts";

/** The share of the earlier size from which on a growth is worth a message. */
const surge = 0.05;
/** The number of packages that are named. */
const named = 3;

/** A package that takes more bytes than before. */
export interface Growth {
  readonly owner: string;
  readonly bytes: number;
}

/** The packages of an image that grew most since the previous build, at most three, the largest growth first. */
export function largestGrowths(before: ImageParts, now: ImageParts): readonly Growth[] {
  const earlier = sizesByPackage(before);
  return [...sizesByPackage(now)]
    .map(([owner, bytes]) => ({ owner, bytes: bytes - (earlier.get(owner) ?? 0) }))
    .filter(({ bytes }) => bytes > 0)
    .toSorted((a, b) => b.bytes - a.bytes)
    .slice(0, named);
}

/**
 * Says that an image takes much more memory than after the previous build, and which packages grew most; undefined if it grew by
 * less than 5 %. `name` is the name of the image's file.
 */
export function growthText(name: string, before: ImageParts, now: ImageParts): string | undefined {
  const total = sum(sizesByPackage(before).values());
  const growth = sum(sizesByPackage(now).values()) - total;
  if (total === 0 || growth < surge * total) return undefined;
  const grown = largestGrowths(before, now).map(({ owner, bytes }) => `${owner} ${sizeChangeText(bytes)}`);
  const percent = ((100 * growth) / total).toFixed(0);
  return t(
    "{0} takes {1} % more memory than after the previous build. Grown most: {2}.",
    name,
    percent,
    grown.join(", "),
  );
}

function sizesByPackage({ modules, other }: ImageParts): ReadonlyMap<string, number> {
  const sizes = new Map<string, number>([[t("in no module"), sum(Object.values(other))]]);
  for (const { package: owner, library, module, bytes } of modules) {
    const isOwn = owner === undefined && (library !== undefined || module.startsWith("Dune__exe"));
    const name = owner ?? (isOwn ? t("this unikernel") : t("unknown packages"));
    sizes.set(name, (sizes.get(name) ?? 0) + sum(Object.values(bytes)));
  }
  return sizes;
}

function sum(numbers: Iterable<number>): number {
  let total = 0;
  for (const each of numbers) total += each;
  return total;
}
