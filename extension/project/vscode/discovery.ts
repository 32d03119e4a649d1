import { getSetting } from "../../platform/vscode/settings.ts";
import { dirname, basename } from "node:path";
import * as vscode from "vscode";
import { readText } from "../../platform/readText.ts";
import type { ConfigFile } from "../../mirage/config/registrations.ts";
import type { Unikernel } from "../model.ts";
import { rootOf } from "../snapshot.ts";

/** Folders that never contain unikernels of the user. */
const skippedFolders = ["_build", "duniverse", "_opam", "node_modules", ".git"];

const excluded = skippedFolders.map((name) => `**/${name}/**`);

/** Whether a path is in a folder that is never searched. */
export function isBelowExcluded(path: string): boolean {
  return path.split(/[\\/]/).some((part) => skippedFolders.includes(part));
}

/** A unikernel with the parsed contents of its config.ml. */
export interface FoundUnikernel extends Unikernel {
  readonly config: ConfigFile;
}

/** Finds the unikernels of all workspace folders by reading each config.ml, without running a program. */
export async function findUnikernels(token: vscode.CancellationToken): Promise<FoundUnikernel[]> {
  const folders = vscode.workspace.workspaceFolders ?? [];
  const perFolder = await Promise.all(
    folders.map(async (folder) => {
      const globs = [...excluded, ...userExcludes(folder.uri)];
      const pattern = new vscode.RelativePattern(folder, "**/config.ml");
      const files = await vscode.workspace.findFiles(pattern, `{${globs.join(",")}}`, undefined, token);
      const found = await Promise.all(files.map((file) => readUnikernel(file, folder.uri.fsPath)));
      return found.filter((unikernel) => unikernel !== undefined);
    }),
  );
  // In nested workspace folders, a unikernel belongs to the innermost.
  const unique = new Map<string, FoundUnikernel>();
  for (const found of perFolder.flat()) {
    const other = unique.get(found.id);
    if (!other || found.workspaceFolder.length > other.workspaceFolder.length) unique.set(found.id, found);
  }
  return [...unique.values()].toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

/** Reads one config.ml. Resolves to undefined if it registers no unikernel or is not readable. */
export async function readUnikernel(
  file: vscode.Uri,
  workspaceFolder: string,
): Promise<FoundUnikernel | undefined> {
  const text = await readText(file.fsPath);
  // The file may have been deleted after it was listed, or not be an ordinary file.
  if (text === undefined) return undefined;
  // Loaded on demand, because most windows have no config.ml.
  const { readConfigFile } = await import("../../mirage/config/registrations.ts");
  const config = readConfigFile(text);
  if (!config.isUnikernel) return undefined;
  const configFile = file.fsPath;
  const buildDir = dirname(configFile);
  const root = await rootOf(configFile, workspaceFolder);
  return {
    id: configFile,
    // With two register calls, mirage configures both, and the files of the last one remain.
    name: config.registers.findLast(({ name }) => name !== undefined)?.name ?? basename(buildDir),
    configFile,
    root,
    buildDir,
    workspaceFolder,
    config,
  };
}

function userExcludes(folder: vscode.Uri): string[] {
  const files = vscode.workspace
    .getConfiguration("files", folder)
    .get<Record<string, unknown>>("exclude", {});
  const own = getSetting("exclude", folder).filter((glob) => typeof glob === "string");
  return [...Object.keys(files).filter((glob) => files[glob] === true), ...own];
}
