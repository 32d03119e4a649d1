/** One unikernel: a config.ml and the folders that mirage, make and dune use for it. Paths are absolute. */
export interface Unikernel {
  /** The path of config.ml: two unikernels never share one. */
  readonly id: string;
  /** From `register "NAME"`; the folder's name where config.ml does not say it literally. */
  readonly name: string;
  readonly configFile: string;
  /** Where mirage, make and dune run: `Makefile`, `dune-project` and `_build` are here. */
  readonly root: string;
  /** The folder of config.ml: `dune`, `mirage/`, `dist/` and `duniverse/` are here. Often the root itself. */
  readonly buildDir: string;
  /** The workspace folder it was found in. */
  readonly workspaceFolder: string;
}

/** What the files of a unikernel's folder say about how far it has got. */
export interface ProjectState {
  /** The arguments of the last `mirage configure`, from `mirage/context`. */
  readonly configured: { readonly target: string; readonly options: readonly string[] } | undefined;
  /** Absolute path of the lock file for the configured target, where there is one. */
  readonly lockFile: string | undefined;
  readonly pulled: boolean;
  /** The image of the configured target: absolute path, size, time of the last build (milliseconds). */
  readonly image: { readonly path: string; readonly bytes: number; readonly builtAt: number } | undefined;
  /** What is out of date and why, each reason a phrase such as `config.ml changed after configure`. */
  readonly stale: readonly Staleness[];
}

export interface Staleness {
  readonly step: "configure" | "lock" | "build";
  readonly reason: string;
}

/** Work going on for a unikernel, as far as its views show it. */
export interface Activity {
  readonly request: { readonly unikernel: Unikernel; readonly target: string };
  /** The step that runs; undefined while it waits for its turn. */
  readonly step: string | undefined;
  /** Whether it waits for the user's answer to a question. */
  readonly asking: boolean;
  /** How far the step is, where its program tells. */
  readonly progress: { readonly done?: number; readonly total?: number } | undefined;
}

/** The work going on, oldest first, and a call back at each change. */
export interface Activities {
  readonly active: () => readonly Activity[];
  readonly onChange: (listener: () => void) => { dispose: () => void };
}
