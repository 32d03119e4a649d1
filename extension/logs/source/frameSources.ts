import { access, readdir, readFile } from "node:fs/promises";
import { basename, isAbsolute, join } from "node:path";
import type { StackFrame } from "../model.ts";
import { t } from "../../protocol/l10n.ts";

/** Folders that may contain the files of a backtrace; absolute paths. */
export interface SourceRoots {
  /** The folder that dune builds in; file names are relative to it. */
  readonly project: string;
  /** Folders with a subfolder for each installed library, such as `~/.opam/NAME/lib`. */
  readonly libraries: readonly string[];
}

/** The absolute path of a frame's source, or a phrase that says why it cannot be opened. */
export type FrameSource = { readonly file: string } | { readonly reason: string };

/**
 * The absolute paths that a file name in a backtrace may stand for, without considering its library. The
 * likeliest is first, and the first that exists is meant. The compiler names files relative to dune's build
 * root: `unikernel.ml`, `mirage/main.ml` and `duniverse/…` are in the project, files that dune generated in
 * `_build`, those of the standard library in the switch. Empty for a name that leads out of the project.
 */
export function frameCandidates(file: string, roots: SourceRoots): string[] {
  if (file === "" || file.includes("\0")) return [];
  // Dune may replace the path of the project's folder by this one.
  const path = file.replace(/^\/workspace_root\//, "");
  if (isAbsolute(path)) return [path, ...withoutBuild(path)];
  if (path.split(/[\\/]/).includes("..")) return [];
  return [...candidatesInProject(path, roots), ...candidatesInSwitch(path, roots)];
}

/** The source file that a copy in a build folder was made from; a relative path. */
const outsideBuild = (file: string): string => withoutBuild(`/${file}`)[0]?.slice(1) ?? file;

function candidatesInProject(file: string, { project }: SourceRoots): string[] {
  const inside = outsideBuild(file);
  return [
    join(project, inside),
    ...["default", "solo5", "unikraft"].map((context) => join(project, "_build", context, inside)),
  ];
}

function candidatesInSwitch(file: string, { libraries }: SourceRoots): string[] {
  const inside = outsideBuild(file);
  return libraries.flatMap((library) => [
    join(library, "ocaml", inside),
    join(library, inside),
    join(library, "solo5-sysroot", "lib", "ocaml", inside),
  ]);
}

/**
 * Finds the source of a frame. A library that was built separately names its files relative to its own
 * folder (`src/logs.ml`); the file is then searched in `duniverse/` and among the installed libraries, and
 * the frame's module decides which library is meant. Never rejects.
 */
export async function findFrame(
  frame: Pick<StackFrame, "file" | "name">,
  roots: SourceRoots,
): Promise<FrameSource> {
  const candidates = (await mayBeInProject(frame, roots.project))
    ? frameCandidates(frame.file, roots)
    : candidatesInSwitch(frame.file, roots);
  for (const candidate of candidates) if (await exists(candidate)) return { file: candidate };
  // opam deletes the folder of a build afterwards.
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
    ...(await findInLibraries(vendored, [file], name)),
    ...(await findInLibraries(roots.libraries, tails.toReversed(), name)),
  ];
  const [best] = found;
  if (best === undefined) {
    const missing =
      parts[0] === "duniverse" ? t("it is not in duniverse/") : t("it is not among the project's sources");
    return { reason: `${missing}${roots.libraries.length === 0 ? "" : t(" or those of the switch")}` };
  }
  const equallyLikely = found.filter(({ matchesModule }) => matchesModule === best.matchesModule);
  if (equallyLikely.length === 1 || best.matchesModule) return { file: best.path };
  return { reason: t("several libraries have a file {0}", basename(file)) };
}

/**
 * Whether a file that is named relative to a build root may belong to the project. Libraries of the switch
 * were built in their own folders, so `lib/main.ml` may be one of theirs. Dune's name of the frame's module
 * begins with the name of its library; if the file is the project's, a `dune` file beside or above it defines
 * that library.
 */
async function mayBeInProject(
  { file, name }: Pick<StackFrame, "file" | "name">,
  project: string,
): Promise<boolean> {
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

interface LibraryFile {
  readonly path: string;
  /** The library's folder has the name of the frame's module. */
  readonly matchesModule: boolean;
}

/** Searches the libraries in these folders for a file. Files of the library that the module names come first. */
async function findInLibraries(
  folders: readonly string[],
  files: readonly string[],
  name: string | undefined,
): Promise<LibraryFile[]> {
  const module =
    /^(?:Dune__exe__)?([A-Za-z]\w*)/
      .exec(name ?? "")?.[1]
      ?.toLowerCase()
      .split("__")[0] ?? "";
  const found: LibraryFile[] = [];
  for (const folder of folders) {
    for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
      if (!entry.isDirectory() && !entry.isSymbolicLink()) continue;
      const matchesModule = module !== "" && isLibraryOf(entry.name, module);
      for (const file of files) {
        const path = join(folder, entry.name, file);
        if (!(await exists(path))) continue;
        found.push({ path, matchesModule });
        break;
      }
    }
  }
  return found.sort((a, b) => Number(b.matchesModule) - Number(a.matchesModule));
}

/** Whether a folder name fits a module: `ocaml-cstruct` and `Cstruct`, `mirage-crypto` and `Mirage_crypto_rng`. */
function isLibraryOf(folder: string, module: string): boolean {
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

/** Maps `/p/_build/default/x.ml` and `/p/_build/.sandbox/0123/default/x.ml` to `/p/x.ml`; empty for other paths. */
function withoutBuild(file: string): string[] {
  const match = /^(.*?)[\\/]_build[\\/](?:\.sandbox[\\/][^\\/]+[\\/])?[^\\/]+[\\/](.+)$/.exec(file);
  return match ? [`${match[1]}/${match[2]}`] : [];
}

/** The name of a function as users know it: `Dune__exe__Unikernel.start` is `Unikernel.start`. */
export function displayFrameName(name: string | undefined): string {
  return (name ?? "").replace(/^Dune__exe__/, "").replaceAll("__", ".");
}
