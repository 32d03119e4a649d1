import { chmod, mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { shellQuote } from "../../extension/platform/shellQuote.ts";
import { mergeEnv, type Env } from "../../extension/platform/env.ts";

/** The variable that names the program that ocaml-lsp 1.26 and later queries for the settings of files. */
export const buildSystem = "OCAMLLSP_PROJECT_BUILD_SYSTEM";
/** The variable that makes ocaml-lsp query it for files outside dune projects too. */
export const projectRoot = "OCAMLLSP_PROJECT_ROOT";

/** The launcher's file name, which identifies a setting that we wrote. */
export const launcherName = "mirageos-merlin";

/** The number of `..` steps, more than the depth of any folder in PATH. */
const stepsUp = 24;

/** Where the shim and its runtime are. */
export interface ShimLocation {
  /** The extension's storage folder; the shim's files are below it. */
  readonly storage: string;
  /** Absolute path of the shim's bundle. */
  readonly shim: string;
  /** VS Code's own runtime, in which the extension runs. */
  readonly runtime: string;
  readonly platform: NodeJS.Platform;
}

/** The folders of the shim; `answers` has one file for each config.ml. */
export function shimFolders(storage: string): { readonly answers: string; readonly bin: string } {
  const base = join(storage, "merlin");
  return { answers: join(base, "answers"), bin: join(base, "bin") };
}

/**
 * The environment that makes a language server use the shim; without `root`, only for files in dune
 * projects. ocaml-lsp looks for the program relative to each folder of PATH and adds `.exe` on Windows,
 * so the variable contains a path that leads from any folder up to the root of the file system and from
 * there down to the program.
 */
export function shimEnv(location: ShimLocation, root?: string): Env {
  const { answers, bin } = shimFolders(location.storage);
  const windows = location.platform === "win32";
  const program = windows ? location.runtime : join(bin, launcherName);
  return {
    [buildSystem]: fromAnyFolder(program, location.platform),
    ...(root !== undefined && { [projectRoot]: root }),
    ...(windows && {
      MIRAGEOS_ANSWERS: answers,
      ELECTRON_RUN_AS_NODE: "1",
      NODE_OPTIONS: `--require "${location.shim.replaceAll("\\", "/")}"`,
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
 * `env` for an ocaml-lsp older than 1.26, which always runs `dune ocaml-merlin`: PATH begins with a folder
 * whose `dune` runs the shim for this command and the real dune for all others.
 */
export function shimPath(location: ShimLocation, env: Env): Env {
  const folder = join(shimFolders(location.storage).bin, "dune-first");
  return mergeEnv(env, { PATH: [folder, env["PATH"] ?? ""].join(delimiter) });
}

/**
 * The launcher, a shell script that starts the shim in VS Code's runtime. It reads the first query and
 * starts the dune that will answer it in parallel with the shim, because the runtime takes longer to
 * start than dune takes to answer.
 */
function launcherText(location: ShimLocation): string {
  const { answers, bin } = shimFolders(location.storage);
  return `#!/bin/sh
# Written by the MirageOS extension for VS Code, which replaces it when it changes.
PATH=\${PATH#${shellQuote(join(bin, "dune-first"))}:}
export PATH
[ "$1" = ocaml-merlin ] || exec dune "$@"
# After the extension was uninstalled or VS Code was moved, dune answers alone.
[ -f ${shellQuote(location.shim)} ] && [ -x ${shellQuote(location.runtime)} ] || exec dune "$@"
answers=${shellQuote(answers)}
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
  MIRAGEOS_ANSWERS=$answers ELECTRON_RUN_AS_NODE=1 exec ${shellQuote(location.runtime)} \\
    ${shellQuote(location.shim)} "--root=$folder" "--pid=$!" "--first=$first" 6<&- 9>&-
fi
MIRAGEOS_ANSWERS=$answers ELECTRON_RUN_AS_NODE=1 exec ${shellQuote(location.runtime)} \\
  ${shellQuote(location.shim)} "--first=$first"
`;
}

/** Creates the shim's folders and writes its launcher if it is missing or outdated. */
export async function installShim(location: ShimLocation): Promise<void> {
  const { answers, bin } = shimFolders(location.storage);
  await mkdir(answers, { recursive: true });
  if (location.platform === "win32") return;
  await mkdir(join(bin, "dune-first"), { recursive: true });
  const text = launcherText(location);
  await writeProgram(join(bin, launcherName), text);
  await writeProgram(join(bin, "dune-first", "dune"), text);
}

async function writeProgram(path: string, text: string): Promise<void> {
  if ((await readFile(path, "utf8").catch(() => undefined)) === text) return;
  await replaceFile(path, Buffer.from(text));
}

/** Replaces an executable file atomically: readers see either the old or the new content. */
export async function replaceFile(path: string, content: Uint8Array): Promise<void> {
  const temporary = `${path}.${process.pid}.new`;
  await writeFile(temporary, content);
  await chmod(temporary, 0o755);
  await rename(temporary, path);
}
