import type { Stats } from "node:fs";
import { stat } from "node:fs/promises";
import { basename, join } from "node:path";

/** What of each file differs once it is written or another takes its place; undefined for what is not there. */
export type Stamps = ReadonlyMap<string, Stamp | undefined>;

type Stamp = Pick<Stats, "ctimeMs" | "size" | "ino">;

/** How long before the extension host began VS Code may have read a file for the window's start. */
const openingMs = 60_000;

const names: readonly string[] = ["launch.json", "settings.json", "tasks.json"];

/** Whether a file, by its name, may say what a launch configuration is or refers to. */
export function isConfigurationFile(path: string): boolean {
  return names.includes(basename(path)) || path.endsWith(".code-workspace");
}

/** The stamps of the files from which VS Code has what a launch configuration says and refers to. */
export async function configurationFiles(
  folders: readonly string[],
  workspaceFile: string | undefined,
): Promise<Stamps> {
  const files = folders.flatMap((folder) => {
    const inside = join(folder, ".vscode");
    // The folder itself tells of a file that was there and is gone.
    return [inside, ...names.map((name) => join(inside, name))];
  });
  const all = workspaceFile === undefined ? files : [...files, workspaceFile];
  return new Map(
    await Promise.all(all.map(async (path) => [path, await stat(path).catch(() => undefined)] as const)),
  );
}

/**
 * Whether VS Code surely knows what the files say now: none has changed since it read them all, at `read`,
 * or without such a time long enough before the extension host began at `began`.
 */
export function isKnown(now: Stamps, read: Stamps | undefined, began: number): boolean {
  if (!read) return [...now.values()].every((file) => !file || file.ctimeMs < began - openingMs);
  return now.size === read.size && [...now].every(([path, file]) => isSame(file, read.get(path)));
}

function isSame(a: Stamp | undefined, b: Stamp | undefined): boolean {
  return a?.ctimeMs === b?.ctimeMs && a?.size === b?.size && a?.ino === b?.ino;
}
