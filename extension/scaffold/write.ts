import { lstat, mkdir, readdir, rm, rmdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { PlannedFile } from "./plan.ts";
import { t } from "../platform/l10n.ts";

/** What an empty folder may have in it and still be taken for a new project. */
const harmless: ReadonlySet<string> = new Set([".git", ".vscode", ".DS_Store", "_opam", ".devcontainer"]);

/** Whether something of this name is there: file, folder or link, also one that leads nowhere. */
export async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

/** Whether a new project may be written into the folder itself: it holds nothing that matters to it. */
export async function isEmptyFolder(folder: string): Promise<boolean> {
  const names = await readdir(folder).catch(() => undefined);
  return names !== undefined && names.every((name) => harmless.has(name));
}

/**
 * Writes the files below the folder and makes it where it is missing. A file that is there is never
 * overwritten: then, as after every other failure, what was written so far is taken back and the error
 * of the file system is thrown.
 */
export async function writeFiles(folder: string, files: readonly PlannedFile[]): Promise<void> {
  const made: (() => Promise<void>)[] = [];
  try {
    for (const { path, text } of files) {
      const file = join(folder, ...path.split("/"));
      for (const parent of await missingFolders(dirname(file))) {
        await mkdir(parent);
        made.push(() => rmdir(parent));
      }
      const executable = path.endsWith(".sh");
      await writeFile(file, text, { flag: "wx", mode: executable ? 0o755 : 0o644 });
      made.push(() => rm(file));
    }
  } catch (error) {
    for (const undo of made.toReversed()) await undo().catch(() => undefined);
    throw error;
  }
}

/** The folders to make so that this one is there, the outermost first. */
async function missingFolders(folder: string): Promise<readonly string[]> {
  if (await exists(folder)) return [];
  const above = dirname(folder);
  return above === folder ? [] : [...(await missingFolders(above)), folder];
}

/** What the file system said, for people. */
export function writeReason(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  const path = error instanceof Error && "path" in error ? String(error.path) : "a file";
  if (code === "EEXIST")
    return t("{0} is there already, and nothing is overwritten. Choose another folder.", path);
  if (code === "EACCES" || code === "EPERM" || code === "EROFS")
    return t("{0} cannot be written: you have no permission for that folder. Choose another one.", path);
  if (code === "ENOSPC") return t("The disk is full.");
  if (code === "ENOTDIR") return t("{0} cannot be written: part of its path is a file, not a folder.", path);
  return error instanceof Error ? error.message : String(error);
}
