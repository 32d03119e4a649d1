import { closeSync, openSync, writeFileSync } from "node:fs";
import { lstat, mkdir, realpath, stat } from "node:fs/promises";
import { dirname, isAbsolute, relative, resolve } from "node:path";
import type { LogWriter } from "./session.ts";
import { t } from "../platform/l10n.ts";

/**
 * Where a console may be written: the path, taken from `folder`, or why not. A launch configuration comes
 * with the project, so it writes only below its folder, wherever links lead, and only an ordinary file.
 */
export async function logFileIn(
  folder: string,
  name: string,
): Promise<{ readonly path: string } | { readonly refused: string }> {
  const path = resolve(folder, name);
  const found = await lstat(path).catch(() => undefined);
  // Of a link that leads nowhere a file would be made there.
  const real = found ? await realpath(path).catch(() => undefined) : await realParent(path);
  const within = real === undefined ? ".." : relative(await realpath(folder), real);
  if (isAbsolute(within) || within.split(/[\\/]/)[0] === "..") {
    return {
      refused: t(
        '"logFile" leads out of the folder {0}, to {1}. Name a file below that folder.',
        folder,
        real ?? path,
      ),
    };
  }
  const file = await stat(path).catch(() => undefined);
  if (file && !file.isFile()) {
    return { refused: t('"logFile" names {0}, which is no ordinary file. Name another one.', path) };
  }
  return { path };
}

/** The nearest folder above a path that exists, without links. */
async function realParent(path: string): Promise<string> {
  const above = dirname(path);
  return realpath(above).catch((error: unknown) => {
    if (above === dirname(above)) throw error;
    return realParent(above);
  });
}

/**
 * Writes a console to a file as it comes, both streams in their order; what was in the file before
 * is gone. Rejects when the file can't be opened. A disk that is full loses the rest, not the run.
 */
export async function logFileWriter(path: string): Promise<LogWriter> {
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
