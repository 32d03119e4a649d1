import type { ImageState, ProjectState, Staleness } from "./model.ts";
import type { BuiltImage } from "./workspaceMemory.ts";
import { t } from "../protocol/l10n.ts";

/** A file and its modification time in milliseconds. The path is relative to config.ml's folder, for display. */
export interface FileStamp {
  readonly path: string;
  readonly mtime: number;
}

/** The facts read from a unikernel's folder that `projectState` needs. */
export interface ProjectSnapshot {
  readonly config: FileStamp;
  /** The last configure: target and options from `mirage/context`, and when it wrote its files (milliseconds). */
  readonly configure:
    | { readonly target: string; readonly options: readonly string[]; readonly writtenAt: number }
    | undefined;
  /** The text of `dune`, which includes either the stanza of the unikernel or that of config.ml. */
  readonly dune: string | undefined;
  /** Generated files without which dune builds nothing, if they are missing; relative to config.ml's folder. */
  readonly missing: readonly string[];
  readonly opamFile: FileStamp | undefined;
  /** Its path is absolute. */
  readonly lockFile: FileStamp | undefined;
  readonly duniverse: boolean;
  /** Whether there is a lock file of another target or an earlier name; read only if `lockFile` is undefined. */
  readonly otherLock?: boolean;
  /** The image. Its path is absolute; `loaded` are the bytes that it takes in memory, if they can be read. */
  readonly image: (FileStamp & { readonly bytes: number; readonly loaded?: number | undefined }) | undefined;
  readonly newestSource: FileStamp | undefined;
}

/** What the extension knows beyond the modification times of files. */
export interface ObservedEvents {
  /** When the last successful build started (milliseconds). dune does not touch an image that did not change. */
  readonly buildStart?: number;
  /** The options that the user chose for the configured target. */
  readonly chosenOptions?: readonly string[];
  /** Whether the lock file is one that the dependencies were not fetched for. Absent if that is not known. */
  readonly isOtherLock?: boolean;
  /** The images of the last builds for the configured target, oldest first. */
  readonly builtImages?: readonly BuiltImage[];
}

/** Why a configured folder builds nothing: `dune` includes the stanza of config.ml instead of the unikernel's. */
export const duneResetReason = t(
  "the last configure failed, or mirage describe, query or help reset the dune file",
);

/** Derives the state of a unikernel from facts alone. */
export function projectState(snapshot: ProjectSnapshot, observed: ObservedEvents = {}): ProjectState {
  const { configure, image } = snapshot;
  return {
    configured: configure && { target: configure.target, options: configure.options },
    lockFile: snapshot.lockFile?.path,
    pulled: snapshot.duniverse,
    ...(isVendored(snapshot) && { isVendored: true }),
    image: image && {
      path: image.path,
      bytes: image.bytes,
      builtAt: image.mtime,
      ...loadedSizes(image, observed.builtImages),
    },
    stale: [
      ...staleConfigure(snapshot, observed),
      ...staleLock(snapshot),
      ...stalePull(snapshot, observed),
      ...staleBuild(snapshot, observed),
    ],
  };
}

const isVendored = ({ configure, lockFile, duniverse, otherLock }: ProjectSnapshot): boolean =>
  configure !== undefined && duniverse && !lockFile && otherLock !== true;

/** The sizes of the last images and of this one, which may have been built elsewhere, such as in a terminal. */
function loadedSizes(
  { mtime, loaded }: NonNullable<ProjectSnapshot["image"]>,
  images: readonly BuiltImage[] = [],
): Pick<ImageState, "loaded"> {
  const known = images.map((each) => each.loaded);
  if (images.at(-1)?.at === mtime) return { loaded: known };
  return loaded === undefined ? {} : { loaded: [...known, loaded] };
}

function staleConfigure(
  { config, configure, dune, missing }: ProjectSnapshot,
  observed: ObservedEvents,
): Staleness[] {
  if (!configure) return [];
  const reasons: Staleness[] = [];
  if (config.mtime > configure.writtenAt) {
    reasons.push({ step: "configure", reason: t("{0} changed after configure", config.path) });
  }
  if (observed.chosenOptions && !sameList(observed.chosenOptions, configure.options)) {
    reasons.push({ step: "configure", reason: t("options changed after configure") });
  }
  for (const file of missing) reasons.push({ step: "configure", reason: t("{0} is missing", file) });
  if (dune !== undefined && /\(include\s+dune\.config\s*\)/.test(dune)) {
    reasons.push({ step: "configure", reason: duneResetReason });
  }
  return reasons;
}

function staleLock({ opamFile, lockFile }: ProjectSnapshot): Staleness[] {
  if (!opamFile || !lockFile || lockFile.mtime >= opamFile.mtime) return [];
  return [{ step: "lock", reason: t("the lock file is older than the opam file") }];
}

function stalePull({ duniverse }: ProjectSnapshot, { isOtherLock }: ObservedEvents): Staleness[] {
  if (!duniverse || isOtherLock !== true) return [];
  return [
    { step: "pull", reason: t("the lock file differs from the one that the dependencies were fetched for") },
  ];
}

function staleBuild(
  { configure, image, newestSource }: ProjectSnapshot,
  { buildStart = 0 }: ObservedEvents,
): Staleness[] {
  if (!image) return [];
  const builtAt = Math.max(image.mtime, buildStart);
  if (newestSource && newestSource.mtime > builtAt) {
    return [{ step: "build", reason: t("{0} changed after build", newestSource.path) }];
  }
  if (configure && configure.writtenAt > builtAt) {
    return [{ step: "build", reason: t("configured again after build") }];
  }
  return [];
}

function sameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((item, index) => item === b[index]);
}
