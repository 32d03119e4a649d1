import { escapeRegExp } from "../platform/escapeRegExp.ts";
import { readLockFile } from "./lockFile.ts";

/**
 * The lock file without the versions of a package and of those that come from the same sources, which have to be of one
 * version. opam-monorepo's `--minimal-update` prefers the versions that it finds in the lock file, so that only these
 * packages are free. Undefined if the lock file does not contain the package, or is incomplete.
 */
export function lockToUpdate(text: string, name: string): string | undefined {
  const { packages, complete } = readLockFile(text);
  const updated = packages.find((each) => each.name === name);
  if (!complete || !updated) return undefined;
  const freed = packages.filter(
    (each) => each === updated || (updated.folder !== undefined && each.folder === updated.folder),
  );
  const names = freed.map((each) => escapeRegExp(each.name)).join("|");
  const left = text.replace(
    new RegExp(`[ \\t]*"(?:${names})"\\s*\\{\\s*=[^}]*\\}[ \\t]*(?:\\r?\\n)?`, "g"),
    "",
  );
  const now = readLockFile(left);
  return now.complete && now.packages.length === packages.length - freed.length ? left : undefined;
}
