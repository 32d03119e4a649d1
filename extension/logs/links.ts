import { access, readdir, readFile } from "node:fs/promises";
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
export function frameCandidates(file: string, roots: LinkRoots): string[] {
  if (file === "" || file.includes("\0")) return [];
  // What dune writes for the project's folder where it hides it.
  const named = file.replace(/^\/workspace_root\//, "");
  if (isAbsolute(named)) return [named, ...withoutBuild(named)];
  if (named.split(/[\\/]/).includes("..")) return [];
  return [...inProject(named, roots), ...inSwitch(named, roots)];
}

/** A copy in a build is of the file outside it. */
const outsideBuild = (file: string): string => withoutBuild(`/${file}`)[0]?.slice(1) ?? file;

function inProject(file: string, { project }: LinkRoots): string[] {
  const inside = outsideBuild(file);
  return [
    join(project, inside),
    ...["default", "solo5", "unikraft"].map((context) => join(project, "_build", context, inside)),
  ];
}

function inSwitch(file: string, { libraries }: LinkRoots): string[] {
  const inside = outsideBuild(file);
  return libraries.flatMap((library) => [
    join(library, "ocaml", inside),
    join(library, inside),
    join(library, "solo5-sysroot", "lib", "ocaml", inside),
  ]);
}

/**
 * Finds the source of a frame. A library that was built by itself names its files relative to its own
 * folder (`src/logs.ml`): it is looked for in `duniverse/` and among the installed libraries, and
 * the frame's module tells which library is meant. Never rejects.
 */
export async function findFrame(frame: Pick<Frame, "file" | "name">, roots: LinkRoots): Promise<FrameSource> {
  const isOthers = !(await isOfProject(frame, roots.project));
  for (const candidate of isOthers ? inSwitch(frame.file, roots) : frameCandidates(frame.file, roots))
    if (await exists(candidate)) return { file: candidate };
  // opam's folder of a build is gone afterwards.
  const [, built, inBuild] =
    /\.opam-switch[\\/](?:build|sources)[\\/]([\w-]+)[^\\/]*[\\/](.+)$/.exec(frame.file) ?? [];
  const file = inBuild === undefined ? frame.file : outsideBuild(inBuild);
  const name = frame.name ?? built?.replaceAll("-", "_");
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

/**
 * Whether a file that is named relative to a build's root can be the project's: libraries of the switch
 * were built in folders of their own, where `lib/main.ml` was theirs. Dune's name of the frame's module
 * begins with that of its library, which the `dune` file beside the project's own file must then define.
 */
async function isOfProject({ file, name }: Pick<Frame, "file" | "name">, project: string): Promise<boolean> {
  const module = /^[^.]*__/.test(name ?? "") ? (name?.split(".")[0] ?? "") : "";
  if (module === "" || module.startsWith("Dune__exe__") || isAbsolute(file)) return true;
  if (module.startsWith("Stdlib__")) return false;
  const folders = outsideBuild(file).split(/[\\/]/).slice(0, -1);
  // Vendored libraries keep their folder's name in the path.
  if (folders[0] === "duniverse" || folders[0] === "vendor" || folders.includes("..")) return true;
  for (; folders.length > 0; folders.pop()) {
    const dune = await readFile(join(project, ...folders, "dune"), "utf8").catch(() => "");
    const names = [...dune.matchAll(/\(\s*(?:public_)?name\s+([\w-]+)\s*\)/g)].map(([, each = ""]) => each);
    const prefixes = names.map((each) => `${each.charAt(0).toUpperCase()}${each.slice(1)}__`);
    if (prefixes.length > 0) return prefixes.some((prefix) => module.startsWith(prefix.replaceAll("-", "_")));
  }
  return false;
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

/** `/p/_build/default/x.ml` and `/p/_build/.sandbox/0123/default/x.ml` are also `/p/x.ml`. */
function withoutBuild(file: string): string[] {
  const match = /^(.*?)[\\/]_build[\\/](?:\.sandbox[\\/][^\\/]+[\\/])?[^\\/]+[\\/](.+)$/.exec(file);
  return match ? [`${match[1]}/${match[2]}`] : [];
}

/** Modules that dune made for an executable: `Dune__exe__Unikernel.start` is `Unikernel.start`. */
export function frameLabel(name: string | undefined): string {
  return (name ?? "").replace(/^Dune__exe__/, "").replaceAll("__", ".");
}
