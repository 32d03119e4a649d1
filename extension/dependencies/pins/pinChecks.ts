import { t } from "../../protocol/l10n.ts";
import { shortened, type DependencyFiles, type DependencyProblem } from "../checks.ts";
import type { ConfigPackage } from "../configPackages.ts";
import type { LockedPackage } from "../lockFile.ts";
import { isCommit, readPackageUrl } from "../packageSource.ts";
import { commitOf, gitAddress, type RepositoryReferences } from "./pinReferences.ts";

/** The files that are compared with git repositories. */
export interface PinFiles extends Pick<DependencyFiles, "packages" | "config" | "lock"> {
  /** The references of the repositories that were queried, by `gitAddress`. */
  readonly references: ReadonlyMap<string, RepositoryReferences>;
}

/** Compares the pins of config.ml with the branches and tags of their repositories, and these with the lock file. */
export function checkPinReferences(files: PinFiles): DependencyProblem[] {
  const { packages, lock } = files;
  const locked = new Map(lock?.packages.map((each) => [each.name, each]));
  return packages.flatMap((each): DependencyProblem[] => {
    const found = each.pin && files.references.get(gitAddress(each.pin.url) ?? "");
    if (!found) return [];
    const current = lock?.complete === true ? locked.get(each.name) : undefined;
    const problem =
      missingReferenceProblem(each, found, files.config) ??
      (current && movedPinProblem(each, current, found));
    return problem ? [problem] : [];
  });
}

/** A pin to a branch or tag that its repository does not have. */
function missingReferenceProblem(
  { name, pin }: ConfigPackage,
  found: RepositoryReferences,
  config: string,
): DependencyProblem | undefined {
  const { reference, address } = readPackageUrl(pin?.url ?? "");
  if (!pin || reference === undefined || commitOf(found, reference) !== "missing") return undefined;
  const branch = found.head?.branch;
  // The reference is not there if the pin is a name that is bound to the address.
  const at = config.slice(pin.span.start, pin.span.end).lastIndexOf(`#${reference}"`);
  const start = pin.span.start + at + 1;
  return {
    span: pin.span,
    message: t("{0} is pinned to {1}, but {2} has no branch or tag of that name.", name, reference, address),
    fix:
      branch === undefined || at < 0
        ? undefined
        : { kind: "replace", span: { start, end: start + reference.length }, text: branch },
  };
}

/** A pin to a branch or tag that has another commit than the lock. */
function movedPinProblem(
  { name, pin }: ConfigPackage,
  { source }: LockedPackage,
  found: RepositoryReferences,
): DependencyProblem | undefined {
  const { reference } = readPackageUrl(pin?.url ?? "");
  if (!pin || !isCommit(source?.reference) || isCommit(reference)) return undefined;
  const current = commitOf(found, reference);
  if (!current || current === "missing" || current.commit === source.reference.toLowerCase())
    return undefined;
  return {
    span: pin.span,
    message: t(
      "{0} is pinned to {1}, which has moved from {2} to {3}. Lock again to use the new commit.",
      name,
      reference ?? found.head?.branch ?? "HEAD",
      shortened(source),
      current.commit.slice(0, 12),
    ),
    fix: { kind: "lock" },
    isInformation: true,
  };
}
