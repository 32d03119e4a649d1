import { lstat, mkdir, readdir, rm, rmdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { PlannedFile } from "./scaffoldPlan.ts";
import { t } from "../protocol/l10n.ts";

/** Files and folders that do not prevent creating a project in a folder. */
const ignored: ReadonlySet<string> = new Set([".git", ".vscode", ".DS_Store", "_opam", ".devcontainer"]);

/** Whether the path is a file, folder or symbolic link, even a dangling one. */
export async function isOccupied(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

/** Whether a project can be created in the folder: it contains nothing but version control and editor settings. */
export async function isEmptyFolder(folder: string): Promise<boolean> {
  const names = await readdir(folder).catch(() => undefined);
  return names !== undefined && names.every((name) => ignored.has(name));
}

/**
 * Writes the files to the folder, and creates the folder if needed. Never overwrites a file: if one exists, or if
 * another error occurs, removes what it has written and throws the error of the file system.
 */
export async function writeFiles(folder: string, files: readonly PlannedFile[]): Promise<void> {
  const undoActions: (() => Promise<void>)[] = [];
  try {
    for (const { path, text } of files) {
      const file = join(folder, ...path.split("/"));
      for (const parent of await missingFolders(dirname(file))) {
        await mkdir(parent);
        undoActions.push(() => rmdir(parent));
      }
      const executable = path.endsWith(".sh");
      await writeFile(file, text, { flag: "wx", mode: executable ? 0o755 : 0o644 });
      undoActions.push(() => rm(file));
    }
  } catch (error) {
    for (const undo of undoActions.toReversed()) await undo().catch(() => undefined);
    throw error;
  }
}

/** The folders to create before this one exists, outermost first. */
async function missingFolders(folder: string): Promise<readonly string[]> {
  if (await isOccupied(folder)) return [];
  const parent = dirname(folder);
  return parent === folder ? [] : [...(await missingFolders(parent)), folder];
}

/** Describes an error of the file system, for users. */
export function writeReason(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  const path = error instanceof Error && "path" in error ? String(error.path) : "a file";
  if (code === "EEXIST") return t("{0} already exists; nothing was changed. Choose another folder.", path);
  if (code === "EACCES" || code === "EPERM" || code === "EROFS")
    return t("{0} can't be written: you don't have permission for that folder. Choose another folder.", path);
  if (code === "ENOSPC") return t("The disk is full.");
  if (code === "ENOTDIR") return t("{0} can't be written: part of its path is a file, not a folder.", path);
  return error instanceof Error ? error.message : String(error);
}
