import { access, readdir } from "node:fs/promises";
import { basename, isAbsolute, join } from "node:path";
import type { Frame } from "./model.ts";
import { t } from "../platform/l10n.ts";

/** Where the files of a backtrace may lie; absolute paths. */
export interface LinkRoots {
  /** The folder that dune builds in: what the names of files are relative to. */
  readonly project: string;
  /** The folders that hold installed libraries, one folder each: `~/.opam/NAME/lib` and its like. */
  readonly libraries: readonly string[];
}

/** Where the source of a frame is, or why it cannot be shown. */
export type FrameSource = { readonly file: string } | { readonly reason: string };

/**
 * The absolute paths that a file named in a backtrace may be without asking which library it is of, the
 * likeliest first; the first that exists is meant. The compiler names files relative to dune's build
 * root: `unikernel.ml`, `mirage/main.ml`, `duniverse/…` lie in the project, files that dune made in
 * `_build`, the standard library's in the switch. None for a name that leads out of the project.
 */
export function frameCandidates(file: string, { project, libraries }: LinkRoots): string[] {
  if (file === "" || file.includes("\0")) return [];
  if (isAbsolute(file)) return [file, ...withoutBuild(file)];
  const parts = file.split(/[\\/]/);
  if (parts.includes("..")) return [];
  // A copy in a build is of the file outside it.
  const inside = parts[0] === "_build" ? parts.slice(2).join("/") : file;
  return [
    join(project, inside),
    ...["default", "solo5", "unikraft"].map((context) => join(project, "_build", context, inside)),
    ...libraries.flatMap((library) => [
      join(library, "ocaml", inside),
      join(library, inside),
      join(library, "solo5-sysroot", "lib", "ocaml", inside),
    ]),
  ];
}

/**
 * Finds the source of a frame. A library that was built by itself names its files relative to its own
 * folder (`src/logs.ml`): it is looked for in `duniverse/` and among the installed libraries, and
 * the frame's module tells which library is meant. Never rejects.
 */
export async function findFrame(
  { file, name }: Pick<Frame, "file" | "name">,
  roots: LinkRoots,
): Promise<FrameSource> {
  for (const candidate of frameCandidates(file, roots))
    if (await exists(candidate)) return { file: candidate };
  if (isAbsolute(file) || file === "" || /[\0]|(?:^|[\\/])\.\.(?:[\\/]|$)/.test(file))
    return { reason: t("no such file") };
  const parts = file.split(/[\\/]/);
  const tails = parts.map((_, from) => parts.slice(from).join("/"));
  const vendored = ["duniverse", "vendor"].map((folder) => join(roots.project, folder));
  const found = [
    ...(await inLibraries(vendored, [file], name)),
    ...(await inLibraries(roots.libraries, tails.toReversed(), name)),
  ];
  const [best] = found;
  if (best === undefined) {
    const missing =
      parts[0] === "duniverse" ? t("it is not in duniverse/") : t("not among the project's sources");
    return { reason: `${missing}${roots.libraries.length === 0 ? "" : t(" nor those of the switch")}` };
  }
  const alike = found.filter(({ ofModule }) => ofModule === best.ofModule);
  if (alike.length === 1 || best.ofModule) return { file: best.path };
  return { reason: t("several libraries have a {0}", basename(file)) };
}

interface Found {
  readonly path: string;
  /** The library's folder is called as the frame's module. */
  readonly ofModule: boolean;
}

/** The files below the folders' own folders; those of the library that the module names come first. */
async function inLibraries(
  folders: readonly string[],
  files: readonly string[],
  name: string | undefined,
): Promise<Found[]> {
  const module =
    /^(?:Dune__exe__)?([A-Za-z]\w*)/
      .exec(name ?? "")?.[1]
      ?.toLowerCase()
      .split("__")[0] ?? "";
  const found: Found[] = [];
  for (const folder of folders) {
    for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
      if (!entry.isDirectory() && !entry.isSymbolicLink()) continue;
      const ofModule = module !== "" && sameWords(entry.name, module);
      for (const file of files) {
        const path = join(folder, entry.name, file);
        if (!(await exists(path))) continue;
        found.push({ path, ofModule });
        break;
      }
    }
  }
  return found.sort((a, b) => Number(b.ofModule) - Number(a.ofModule));
}

/** `ocaml-cstruct` and `Cstruct`, `mirage-crypto` and `Mirage_crypto_rng`, `lwt` and `Lwt_engine`. */
function sameWords(folder: string, module: string): boolean {
  const library = folder
    .toLowerCase()
    .replace(/^ocaml-|\.\d.*$/g, "")
    .replaceAll("-", "_");
  return module === library || module.startsWith(`${library}_`);
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
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
