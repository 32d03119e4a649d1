import { isAbsolute, join } from "node:path";

/** Where the files of a backtrace may lie; absolute paths. */
export interface LinkRoots {
  /** The folder of config.ml: what the build of the unikernel is relative to. */
  readonly project: string;
  /** `~/.opam/NAME` or a local `_opam`, if there is one. */
  readonly switchPrefix: string | undefined;
}

/**
 * The absolute paths that a file named in a backtrace may be, the likeliest first; the first that exists
 * is meant. The compiler names files relative to dune's build root: `unikernel.ml`, `mirage/main.ml`,
 * `duniverse/…` lie in the project, files that dune made in `_build`, the standard library's in the
 * switch. None for a name that leads out of the project.
 */
export function frameCandidates(file: string, { project, switchPrefix }: LinkRoots): string[] {
  if (file === "" || file.includes("\0")) return [];
  if (isAbsolute(file)) return [file, ...withoutBuild(file)];
  const parts = file.split(/[\\/]/);
  if (parts.includes("..")) return [];
  // A copy in a build is of the file outside it.
  const inside = parts[0] === "_build" ? parts.slice(2).join("/") : file;
  const candidates = [
    join(project, inside),
    ...["default", "solo5", "unikraft"].map((context) => join(project, "_build", context, inside)),
  ];
  if (switchPrefix !== undefined) {
    candidates.push(
      join(switchPrefix, "lib", "ocaml", inside),
      join(switchPrefix, "lib", inside),
      join(switchPrefix, "lib", "solo5-sysroot", "lib", "ocaml", inside),
    );
  }
  return candidates;
}

/** `/p/_build/default/x.ml` is also `/p/x.ml`. */
function withoutBuild(file: string): string[] {
  const match = /^(.*)\/_build\/[^/]+\/(.+)$/.exec(file);
  return match ? [`${match[1]}/${match[2]}`] : [];
}

/** Modules that dune made for an executable: `Dune__exe__Unikernel.start` is `Unikernel.start`. */
export function frameLabel(name: string | undefined): string {
  return (name ?? "").replace(/^Dune__exe__/, "").replaceAll("__", ".");
}
