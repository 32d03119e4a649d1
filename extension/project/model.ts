/** A folder in which `mirage` and `make` work on one unikernel. Paths are absolute. */
export interface Unikernel {
  /** The path of config.ml: two unikernels never share one. */
  readonly id: string;
  /** From `register "NAME"`; the folder's name where config.ml does not say it literally. */
  readonly name: string;
  /** Where mirage, make and dune run. */
  readonly root: string;
  readonly configFile: string;
  /** The workspace folder it was found in. */
  readonly workspaceFolder: string;
}

/** What the files of a unikernel's folder say about how far it has got. */
export interface ProjectState {
  /** The arguments of the last `mirage configure`, from `mirage/context`. */
  readonly configured: { readonly target: string; readonly options: readonly string[] } | undefined;
  readonly locked: boolean;
  readonly pulled: boolean;
  readonly image: { readonly path: string; readonly bytes: number; readonly builtAt: number } | undefined;
  /** What is out of date and why, each reason a phrase such as `config.ml changed after configure`. */
  readonly stale: readonly Staleness[];
}

export interface Staleness {
  readonly step: "configure" | "lock" | "build";
  readonly reason: string;
}
