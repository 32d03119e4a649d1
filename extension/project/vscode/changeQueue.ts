import { basename, dirname, sep } from "node:path";
import type { Unikernel } from "../model.ts";

/** What changed files make necessary. */
export interface NeededReads {
  /** Whether unikernels may be in other places than before. */
  readonly search: boolean;
  /** The config.ml files to read again. */
  readonly configs: ReadonlySet<string>;
  /** The ids of the unikernels whose states are to be read again. */
  readonly states: ReadonlySet<string>;
}

/** Collects changes of files, so that a build, which changes many files, causes few reads. */
export interface ChangeQueue {
  readonly changed: (path: string) => void;
  /** A file or folder was deleted. VS Code does not report the files in a folder that is deleted as a whole. */
  readonly deleted: (path: string) => void;
  readonly search: () => void;
  /** Adds the state of a unikernel to the next update, without starting one. */
  readonly postpone: (id: string) => void;
  /** Starts an update if one of these unikernels was postponed. */
  readonly resume: (ids: readonly string[]) => void;
  readonly dispose: () => void;
}

interface Options {
  readonly found: ReadonlyMap<string, Unikernel>;
  /** Resolves when no search for unikernels is running. Does not reject. */
  readonly searchEnded: () => Promise<unknown>;
  readonly update: (needed: NeededReads) => Promise<void>;
  readonly onError: (error: unknown) => void;
  /** From the first change to the update. */
  readonly delayMs: number;
}

const nothing = () => ({
  search: false,
  paths: new Set<string>(),
  deleted: new Set<string>(),
  states: new Set<string>(),
});

/** Updates once for many changes. Updates never overlap, so that an older one cannot overwrite a newer one. */
export function createChangeQueue({ found, searchEnded, update, onError, delayMs }: Options): ChangeQueue {
  let pending = nothing();
  let timer: NodeJS.Timeout | undefined;
  let updating: Promise<void> = Promise.resolve();

  const run = async () => {
    // A search that is running may have read a file before it changed, and adds unikernels to which the change belongs.
    await searchEnded();
    const changes = pending;
    pending = nothing();
    const needed = neededReads(changes, [...found.values()]);
    if (needed.search || needed.configs.size > 0 || needed.states.size > 0) await update(needed);
  };
  const schedule = () => {
    timer ??= setTimeout(() => {
      timer = undefined;
      updating = updating.then(run).catch(onError);
    }, delayMs);
  };

  return {
    changed: (path) => {
      pending.paths.add(path);
      schedule();
    },
    deleted: (path) => {
      pending.deleted.add(path);
      schedule();
    },
    search: () => {
      pending.search = true;
      schedule();
    },
    postpone: (id) => void pending.states.add(id),
    resume: (ids) => {
      if (ids.some((id) => pending.states.has(id))) schedule();
    },
    dispose: () => clearTimeout(timer),
  };
}

function neededReads(
  { search, paths, deleted, states: postponed }: ReturnType<typeof nothing>,
  found: readonly Unikernel[],
): NeededReads {
  const configs = new Set<string>();
  const states = new Set(postponed);
  for (const path of paths) {
    if (basename(path) === "config.ml") configs.add(path);
    for (const { id, root, buildDir } of found) {
      if (path.startsWith(root + sep)) states.add(id);
      // The Makefile that mirage writes shows in which folder it ran.
      if (basename(path) === "Makefile" && [buildDir, dirname(buildDir)].includes(dirname(path)))
        configs.add(id);
    }
  }
  const isGone = [...deleted].some((path) => found.some(({ id }) => id.startsWith(path + sep)));
  // A new config.ml may be in a folder that the user excludes, and only the search respects that setting.
  const isNew = [...configs].some((path) => !found.some(({ id }) => id === path));
  return { search: search || isGone || isNew, configs, states };
}
