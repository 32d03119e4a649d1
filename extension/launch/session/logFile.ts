import { closeSync, openSync, writeFileSync } from "node:fs";
import { lstat, mkdir, realpath, stat } from "node:fs/promises";
import { dirname, isAbsolute, relative, resolve } from "node:path";
import type { ConsoleWriter } from "./consoleWriters.ts";
import { t } from "../../protocol/l10n.ts";

/**
 * Resolves the `logFile` of a launch configuration against `folder`, or says why it is refused. A launch
 * configuration comes with the project, so its log file has to be a regular file below the project's folder
 * after all symbolic links are resolved.
 */
export async function resolveLogFile(
  folder: string,
  name: string,
): Promise<{ readonly path: string } | { readonly refused: string }> {
  const path = resolve(folder, name);
  const found = await lstat(path).catch(() => undefined);
  // Opening a dangling link would create the file that the link names.
  const real = found ? await realpath(path).catch(() => undefined) : await realParent(path);
  const within = real === undefined ? ".." : relative(await realpath(folder), real);
  if (isAbsolute(within) || within.split(/[\\/]/)[0] === "..") {
    return {
      refused: t(
        '"logFile" is outside of the folder {0}: {1}. Choose a file in that folder.',
        folder,
        real ?? path,
      ),
    };
  }
  const file = await stat(path).catch(() => undefined);
  if (file && !file.isFile()) {
    return { refused: t('"logFile" is {0}, which is not a regular file. Choose another file.', path) };
  }
  return { path };
}

/** The nearest existing folder above a path, with symbolic links resolved. */
async function realParent(path: string): Promise<string> {
  const above = dirname(path);
  return realpath(above).catch((error: unknown) => {
    if (above === dirname(above)) throw error;
    return realParent(above);
  });
}

/**
 * Writes a console to a file as it arrives, both streams in their order, and replaces what the file
 * contained. Rejects if the file can't be opened. When a write fails, for example because the disk is full,
 * the rest of the console is not written, and the run continues.
 */
export async function openLogFile(path: string): Promise<ConsoleWriter> {
  await mkdir(dirname(path), { recursive: true });
  let file: number | undefined = openSync(path, "w");
  const close = () => {
    if (file !== undefined) closeSync(file);
    file = undefined;
  };
  const write = (bytes: Uint8Array) => {
    try {
      if (file !== undefined) writeFileSync(file, bytes);
    } catch {
      close();
    }
  };
  return { stdout: write, stderr: write, end: close };
}
