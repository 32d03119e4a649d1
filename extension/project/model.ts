import { sep } from "node:path";

/** One unikernel: a config.ml and the folders that mirage, make and dune use for it. Paths are absolute. */
export interface Unikernel {
  /** The path of config.ml: two unikernels never share one. */
  readonly id: string;
  /** The name in `register "NAME"`, or the folder's name if config.ml has no literal name. */
  readonly name: string;
  readonly configFile: string;
  /** The folder in which mirage, make and dune run. It has `Makefile`, `dune-project` and `_build`. */
  readonly root: string;
  /** The folder of config.ml, which has `dune`, `mirage/`, `dist/` and `duniverse/`. Often the same as `root`. */
  readonly buildDir: string;
  /** The workspace folder in which it was found. */
  readonly workspaceFolder: string;
  /** What messages call it if its name alone would not tell it from another unikernel of the workspace. */
  readonly label?: string;
}

/** What messages call a unikernel: its name, with its folder if another one has the same name. */
export const labelOf = ({ name, label }: Pick<Unikernel, "name" | "label">): string => label ?? name;

/** Compares names as people do: without regard to case, and numbers by their value. */
export const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });

/** Compares unikernels by name, and those with the same name by path. */
export function compareUnikernels(
  a: Pick<Unikernel, "name" | "id">,
  b: Pick<Unikernel, "name" | "id">,
): number {
  return collator.compare(a.name, b.name) || collator.compare(a.id, b.id) || (a.id < b.id ? -1 : 1);
}

/** The progress of a unikernel from config.ml to an image, derived from its files. */
export interface ProjectState {
  /** The arguments of the last `mirage configure`, from `mirage/context`. */
  readonly configured: { readonly target: string; readonly options: readonly string[] } | undefined;
  /** Absolute path of the lock file for the configured target, if it exists. */
  readonly lockFile: string | undefined;
  readonly pulled: boolean;
  /** Whether duniverse/ was filled without a lock file for any target, by hand or by a clone of the project. */
  readonly isVendored?: boolean;
  /** The image of the configured target. */
  readonly image: ImageState | undefined;
  /** Steps that are out of date, each with a reason such as `config.ml changed after configure`. */
  readonly stale: readonly Staleness[];
}

export interface ImageState {
  /** Absolute. */
  readonly path: string;
  /** The size of the file. */
  readonly bytes: number;
  /** When it was written (milliseconds). */
  readonly builtAt: number;
  /** The bytes that a loader puts into memory, for the last builds, oldest first; absent if this one is unknown. */
  readonly loaded?: readonly number[];
}

export interface Staleness {
  readonly step: "configure" | "lock" | "pull" | "build";
  readonly reason: string;
}

/** A running unikernel, or running or queued work for one, as its views show it. */
export interface Activity {
  readonly request: { readonly unikernel: Pick<Unikernel, "id" | "name">; readonly target: string };
  /** The current step, or undefined while the work is queued. */
  readonly step: string | undefined;
  /** When the unikernel was started (milliseconds), or undefined unless it is running. */
  readonly since: number | undefined;
  /** The id of the log session of the running unikernel. */
  readonly session?: string | undefined;
  /** Whether a question to the user is open. */
  readonly prompting: boolean;
  /** The progress of the step, if its program reports it. */
  readonly progress: { readonly done?: number; readonly total?: number } | undefined;
  /** Stops the unikernel, or cancels the work. */
  readonly cancel: () => void;
  /** Stops the unikernel and runs it again; absent if only the code that started it can do that. */
  readonly restart?: (() => void) | undefined;
}

/** The times of one boot, in milliseconds from the start of the tender. Undefined is what has not happened. */
export interface BootTimes {
  /** The first byte that the guest printed: until then the tender was at work. */
  readonly firstOutput: number | undefined;
  /** The first record of a Logs reporter. */
  readonly firstRecord: number | undefined;
  /** The first record with an address of the unikernel. */
  readonly network: number | undefined;
}

/** How the last work on a unikernel's files failed. */
export interface WorkFailure {
  readonly step: string;
  /** Milliseconds. */
  readonly at: number;
}

/** All running and queued work, oldest first. `onChange` calls the listener at each change. */
export interface Activities {
  readonly active: () => readonly Activity[];
  readonly onChange: (listener: () => void) => { dispose: () => void };
  /** Undefined if the last work on this unikernel succeeded or was cancelled, or if there was none in this window. */
  readonly lastFailure: (id: string) => WorkFailure | undefined;
}

/**
 * Finds the innermost unikernel whose folder contains a file. That of config.ml comes before the folder above, in
 * which mirage runs for a `mirage/config.ml`.
 */
export function ownerOfPath<U extends Pick<Unikernel, "root" | "buildDir">>(
  path: string,
  all: readonly U[],
): U | undefined {
  const lengthOf = (folder: string) => (path.startsWith(folder + sep) ? folder.length : 0);
  const owners = all.map((unikernel) => {
    const { root, buildDir } = unikernel;
    const own = lengthOf(buildDir);
    return { unikernel, own, length: Math.max(own, lengthOf(root)) };
  });
  const [first] = owners
    .filter(({ length }) => length > 0)
    .toSorted((a, b) => b.length - a.length || b.own - a.own);
  return first?.unikernel;
}
