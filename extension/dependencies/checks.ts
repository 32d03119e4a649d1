import type { Span } from "../ocaml/brackets.ts";
import { t } from "../protocol/l10n.ts";
import type { ConfigPackage } from "./configPackages.ts";
import type { LockedPackage, LockFile } from "./lockFile.ts";
import { listOf, type OpamFile } from "./opamFile.ts";
import { unmetOpamBound } from "./opamVersion.ts";
import { isCommit, readPackageUrl, repositoryOf, type PackageSource } from "./packageSource.ts";

/** What fixes a problem: a job, or text to add to config.ml. */
export type DependencyFix =
  | { readonly kind: "lock" | "pull" }
  | {
      readonly kind: "insert";
      readonly at: number;
      readonly text: string;
      readonly packages: readonly string[];
    }
  | { readonly kind: "replace"; readonly span: Span; readonly text: string }
  | { readonly kind: "update"; readonly package: string };

/** A problem of dependencies that would surprise a build. */
export interface DependencyProblem {
  /** In config.ml. */
  readonly span: Span;
  readonly message: string;
  readonly fix: DependencyFix | undefined;
  /** Whether a build works nevertheless. */
  readonly isInformation?: boolean;
  /** The name of the problem, and the page about it. */
  readonly code?: { readonly value: string; readonly page: string };
}

/** The files that are compared. None of them is newer than what the last configure wrote. */
export interface DependencyFiles {
  readonly packages: readonly ConfigPackage[];
  /** The text of config.ml. */
  readonly config: string;
  /** The opam file of the configured target. */
  readonly opam: OpamFile;
  readonly lock: LockFile | undefined;
  /** The names of the folders in `duniverse/`; undefined if it does not exist. */
  readonly duniverse: readonly string[] | undefined;
  /** Whether the target has the Unix library. */
  readonly hasUnix: boolean;
  readonly target: string;
}

/** Compares config.ml, the opam file, the lock file and `duniverse/`. At most one problem for each package. */
export function checkDependencies(files: DependencyFiles): DependencyProblem[] {
  const { packages, lock } = files;
  const locked = new Map(lock?.packages.map((each) => [each.name, each]));
  const constraints = new Map(
    listOf(files.opam, "depends").flatMap((each) =>
      each.kind === "string" ? [[each.value, each] as const] : [],
    ),
  );
  return packages.flatMap((each): DependencyProblem[] => {
    // Packages for other targets only are not in the opam file.
    const constraint = constraints.get(each.name);
    if (!constraint) return [];
    const found = unixProblem(each, files);
    if (found) return [found];
    if (!lock?.complete) return [];
    const current = locked.get(each.name);
    const problem = current
      ? (boundProblem(each, current, constraint.filter ?? []) ??
        partialPinProblem(each, files, lock) ??
        pinProblem(each, current) ??
        duniverseProblem(each, current, files.duniverse))
      : {
          span: each.nameSpan,
          message: t("The lock file does not contain {0}. Lock again before you build.", each.name),
          fix: { kind: "lock" as const },
        };
    return problem ? [problem] : [];
  });
}

/** Packages that need the Unix library, besides those whose name ends in `-unix`. */
const unixPackages: ReadonlySet<string> = new Set([
  "base-threads",
  "base-unix",
  "core_unix",
  "eio_main",
  "tls-lwt",
  "tsdl",
]);

function unixProblem(
  { name, sublibs, nameSpan }: ConfigPackage,
  { hasUnix, target }: DependencyFiles,
): DependencyProblem | undefined {
  if (hasUnix) return undefined;
  const isUnix = unixPackages.has(name) || /[-_]unix$/.test(name);
  const library = isUnix ? name : sublibs.includes("unix") ? `${name}.unix` : undefined;
  if (library === undefined) return undefined;
  return {
    span: nameSpan,
    message: t(
      "{0} needs Unix, which the target {1} does not have. Select the target unix, or remove the package.",
      library,
      target,
    ),
    fix: undefined,
  };
}

function boundProblem(
  { name, nameSpan }: ConfigPackage,
  { version }: LockedPackage,
  filter: Parameters<typeof unmetOpamBound>[1],
): DependencyProblem | undefined {
  const bound = unmetOpamBound(version, filter);
  if (!bound) return undefined;
  return {
    span: nameSpan,
    message: t(
      "{0} {1} is locked, but {2} {3} is required. Lock again before you build.",
      name,
      version,
      bound.operator,
      bound.version,
    ),
    fix: { kind: "lock" },
  };
}

/** A pin whose repository or commit is not the locked one. A branch can have moved without a sign in the files. */
function pinProblem({ name, pin }: ConfigPackage, { source }: LockedPackage): DependencyProblem | undefined {
  const pinned = pin && readPackageUrl(pin.url);
  if (!pinned || !source) return undefined;
  const [one, other] = [repositoryOf(pinned), repositoryOf(source)];
  const isElsewhere = one !== undefined && (source.kind !== "git" || (other !== undefined && one !== other));
  const isMoved =
    isCommit(pinned.reference) && isCommit(source.reference) && pinned.reference !== source.reference;
  if (!isElsewhere && !isMoved) return undefined;
  return {
    span: pin.span,
    message: isElsewhere
      ? t(
          "{0} is pinned to {1}, but the lock file has it from {2}. Lock again before you build.",
          name,
          pinned.address,
          source.address,
        )
      : t(
          "{0} is pinned to {1}, but the lock file has {2}. Lock again before you build.",
          name,
          shortened(pinned),
          shortened(source),
        ),
    fix: { kind: "lock" },
  };
}

/** The start of a commit, or a branch or tag. */
export const shortened = ({ reference = "" }: PackageSource): string => reference.slice(0, 12);

/**
 * A pin of one package of a repository from which other packages are locked in a release. Packages of one repository
 * have one folder in `duniverse/`, also those of a lock that is older than the pin.
 */
function partialPinProblem(
  { name, pin, span }: ConfigPackage,
  { packages, config }: DependencyFiles,
  lock: LockFile,
): DependencyProblem | undefined {
  if (!pin) return undefined;
  const source = readPackageUrl(pin.url);
  const repository = repositoryOf(source);
  const pinned = new Set(packages.flatMap((each) => (each.pin ? [each.name] : [])));
  const current = lock.packages.find((each) => each.name === name);
  const isOfRepository = ({ source: from, folder }: LockedPackage): boolean =>
    from !== undefined &&
    ((repository !== undefined && repositoryOf(from) === repository) ||
      (folder !== undefined && folder === current?.folder));
  const others = lock.packages.filter((each) => {
    const isFromPin =
      each.source?.kind === source.kind &&
      each.source.address === current?.source?.address &&
      each.source.reference === current.source.reference;
    return !pinned.has(each.name) && isOfRepository(each) && !isFromPin;
  });
  const names = others.map((each) => each.name);
  if (names.length === 0) return undefined;
  const label = config.slice(pin.span.start, pin.span.end);
  return {
    span: pin.span,
    message: t(
      "{0} is pinned, but {1} of the same repository is not, so two versions of it are used.",
      name,
      names.join(", "),
    ),
    fix: {
      kind: "insert",
      at: span.end,
      text: names.map((each) => `; package ${label} "${each}"`).join(""),
      packages: names,
    },
  };
}

function duniverseProblem(
  { name, nameSpan }: ConfigPackage,
  { folder }: LockedPackage,
  duniverse: readonly string[] | undefined,
): DependencyProblem | undefined {
  // Without the folder, the state of the unikernel already says that dependencies are not fetched.
  if (folder === undefined || duniverse === undefined || duniverse.includes(folder)) return undefined;
  return {
    span: nameSpan,
    message: t(
      "{0} is locked, but duniverse/{1} does not exist. Pull the locked sources before you build.",
      name,
      folder,
    ),
    fix: { kind: "pull" },
  };
}
