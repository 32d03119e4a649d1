import { chmod, mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { shellQuoted } from "../extension/toolchain/environment.ts";
import { mergeEnv, type Env } from "../extension/platform/env.ts";

/** The variable that names the program which ocaml-lsp asks for settings of files, from its version 1.26 on. */
export const buildSystem = "OCAMLLSP_PROJECT_BUILD_SYSTEM";
/** The variable that makes ocaml-lsp ask it also for files that are in no dune project. */
export const projectRoot = "OCAMLLSP_PROJECT_ROOT";

/** The launcher's file name, by which a setting that names one is recognised. */
export const launcherName = "mirageos-merlin";

/** More steps than folders of PATH are deep. */
const stepsUp = 24;

export interface ShimPlace {
  /** A folder of the extension's own; the shim's files are below it. */
  readonly storage: string;
  /** Absolute path of the shim's bundle. */
  readonly shim: string;
  /** VS Code's own runtime, which the extension runs in. */
  readonly runtime: string;
  readonly platform: NodeJS.Platform;
}

/** Where the shim's files are. `answers` has one file for each config.ml. */
export function shimFolders(storage: string): { readonly answers: string; readonly bin: string } {
  const base = join(storage, "merlin");
  return { answers: join(base, "answers"), bin: join(base, "bin") };
}

/**
 * The environment in which a language server uses the shim; without `root`, only for files in dune
 * projects. ocaml-lsp looks the program up below each folder of PATH, and adds `.exe` on Windows:
 * hence a path that leads from any folder to the root of the file system and from there to it.
 */
export function shimEnv(place: ShimPlace, root?: string): Env {
  const { answers, bin } = shimFolders(place.storage);
  const windows = place.platform === "win32";
  const program = windows ? place.runtime : join(bin, launcherName);
  return {
    [buildSystem]: fromAnyFolder(program, place.platform),
    ...(root !== undefined && { [projectRoot]: root }),
    ...(windows && {
      MIRAGEOS_ANSWERS: answers,
      ELECTRON_RUN_AS_NODE: "1",
      NODE_OPTIONS: `--require "${place.shim.replaceAll("\\", "/")}"`,
    }),
  };
}

/** The names of the variables that `shimEnv` may set. */
export const shimVariables = [
  buildSystem,
  projectRoot,
  "MIRAGEOS_ANSWERS",
  "ELECTRON_RUN_AS_NODE",
  "NODE_OPTIONS",
] as const;

function fromAnyFolder(path: string, platform: NodeJS.Platform): string {
  if (platform === "win32") return "..\\".repeat(stepsUp) + path.replace(/^[a-z]:[\\/]/i, "");
  return "../".repeat(stepsUp) + path.replace(/^\/+/, "");
}

/**
 * `env` for an ocaml-lsp older than 1.26, which runs `dune ocaml-merlin` whatever the variables say:
 * a folder comes first on PATH in which `dune` is the shim for that, and the real dune for all else.
 */
export function shimPath(place: ShimPlace, env: Env): Env {
  const folder = join(shimFolders(place.storage).bin, "dune-first");
  return mergeEnv(env, { PATH: [folder, env["PATH"] ?? ""].join(delimiter) });
}

/**
 * The launcher: a shell script, because a server can start only programs. It reads the first
 * question and starts the dune that will answer it beside the shim, not after it: the shim's runtime
 * takes longer to start than dune takes to answer.
 */
export function launcherText(place: ShimPlace): string {
  const { answers, bin } = shimFolders(place.storage);
  return `#!/bin/sh
# Written by the MirageOS extension for VS Code, which replaces it when it changes.
PATH=\${PATH#${shellQuoted(join(bin, "dune-first"))}:}
export PATH
[ "$1" = ocaml-merlin ] || exec dune "$@"
answers=${shellQuoted(answers)}
first=$(dd bs=4096 count=1 2>/dev/null; printf x)
first=\${first%x}
file=\${first#*:File}
file=\${file#*:}
file=\${file%%)*}
case $file in /*) folder=$file ;; *) folder=$PWD/$file ;; esac
while [ -n "$folder" ]; do
  folder=\${folder%/*}
  if [ -e "$folder/dune-project" ] || [ -e "$folder/dune-workspace" ]; then break; fi
done
in=$answers/$$.in
out=$answers/$$.out
if [ -n "$folder" ] && mkfifo "$in" "$out" 2>/dev/null; then
  exec 4<>"$in" 5<>"$out"
  exec 6<"$in" 7>"$in" 8<"$out" 9>"$out" 4>&- 5>&-
  rm -f "$in" "$out" 6<&- 7>&- 8<&- 9>&- &
  (cd "$folder" && exec dune ocaml-merlin --no-print-directory <&6 >&9 6<&- 7>&- 8<&- 9>&-) &
  MIRAGEOS_ANSWERS=$answers ELECTRON_RUN_AS_NODE=1 exec ${shellQuoted(place.runtime)} \\
    ${shellQuoted(place.shim)} "--root=$folder" "--pid=$!" "--first=$first" 6<&- 9>&-
fi
MIRAGEOS_ANSWERS=$answers ELECTRON_RUN_AS_NODE=1 exec ${shellQuoted(place.runtime)} \\
  ${shellQuoted(place.shim)} "--first=$first"
`;
}

/** Writes the shim's launcher and folders, where they are not yet what they should be. */
export async function installShim(place: ShimPlace): Promise<void> {
  const { answers, bin } = shimFolders(place.storage);
  await mkdir(answers, { recursive: true });
  if (place.platform === "win32") return;
  await mkdir(join(bin, "dune-first"), { recursive: true });
  const text = launcherText(place);
  await writeProgram(join(bin, launcherName), text);
  await writeProgram(join(bin, "dune-first", "dune"), text);
}

async function writeProgram(path: string, text: string): Promise<void> {
  if ((await readFile(path, "utf8").catch(() => undefined)) === text) return;
  await replaceFile(path, Buffer.from(text));
}

/** Writes a file so that whoever reads it sees the old or the new content and never a part. */
export async function replaceFile(path: string, content: Uint8Array): Promise<void> {
  const fresh = `${path}.${process.pid}.new`;
  await writeFile(fresh, content);
  await chmod(fresh, 0o755);
  await rename(fresh, path);
}
