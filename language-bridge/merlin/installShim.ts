import { chmod, mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { shellQuote } from "../../extension/platform/shellQuote.ts";
import { launcherName, shimFolders, type ShimLocation } from "./shimFiles.ts";

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
