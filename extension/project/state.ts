import type { ProjectState, Staleness } from "./model.ts";
import { t } from "../platform/l10n.ts";

/** A file and its modification time in milliseconds. The path is shown to the user, relative to config.ml's folder. */
export interface FileStamp {
  readonly path: string;
  readonly mtime: number;
}

/** What was read from a unikernel's folder; everything `projectState` needs. */
export interface Snapshot {
  readonly config: FileStamp;
  /** Last configure: target and options from `mirage/context`, and when it wrote its files. */
  readonly configure:
    | { readonly target: string; readonly options: readonly string[]; readonly writtenAt: number }
    | undefined;
  /** Text of `dune`: it says which of the two stanzas is in force. */
  readonly dune: string | undefined;
  readonly opamFile: FileStamp | undefined;
  /** Its path is absolute. */
  readonly lockFile: FileStamp | undefined;
  readonly duniverse: boolean;
  /** The image; its path is absolute. */
  readonly image: (FileStamp & { readonly bytes: number }) | undefined;
  readonly newestSource: FileStamp | undefined;
}

/** What the extension itself saw happen, which modification times alone do not tell. */
export interface Seen {
  /** When the last successful build began: dune does not touch an image that comes out the same. */
  readonly buildBeganAt?: number;
  /** The options chosen for the configured target. */
  readonly chosenOptions?: readonly string[];
}

/** Why a configured folder builds nothing: `dune` holds the stanza for config.ml, not the unikernel's. */
export const duneReset = t(
  "the last configure failed, or mirage describe, query or help reset the dune file",
);

/** Derives how far a unikernel has got. Pure: same snapshot, same answer. */
export function projectState(snapshot: Snapshot, seen: Seen = {}): ProjectState {
  const { configure, image } = snapshot;
  return {
    configured: configure && { target: configure.target, options: configure.options },
    lockFile: snapshot.lockFile?.path,
    pulled: snapshot.duniverse,
    image: image && { path: image.path, bytes: image.bytes, builtAt: image.mtime },
    stale: [...staleConfigure(snapshot, seen), ...staleLock(snapshot), ...staleBuild(snapshot, seen)],
  };
}

function staleConfigure({ config, configure, dune }: Snapshot, seen: Seen): Staleness[] {
  if (!configure) return [];
  const reasons: Staleness[] = [];
  if (config.mtime > configure.writtenAt) {
    reasons.push({ step: "configure", reason: t("{0} changed after configure", config.path) });
  }
  if (seen.chosenOptions && !sameList(seen.chosenOptions, configure.options)) {
    reasons.push({ step: "configure", reason: t("options changed after configure") });
  }
  if (dune !== undefined && /\(include\s+dune\.config\s*\)/.test(dune)) {
    reasons.push({ step: "configure", reason: duneReset });
  }
  return reasons;
}

function staleLock({ opamFile, lockFile }: Snapshot): Staleness[] {
  if (!opamFile || !lockFile || lockFile.mtime >= opamFile.mtime) return [];
  return [{ step: "lock", reason: t("the lock file is older than the opam file") }];
}

function staleBuild({ configure, image, newestSource }: Snapshot, { buildBeganAt = 0 }: Seen): Staleness[] {
  if (!image) return [];
  const builtAt = Math.max(image.mtime, buildBeganAt);
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
