import { dirname, basename } from "node:path";
import * as vscode from "vscode";
import { readText } from "../../platform/text.ts";
import { readConfig } from "../config.ts";
import type { Unikernel } from "../model.ts";
import { rootOf } from "../snapshot.ts";

/** Folders that never hold a unikernel of the user's own. */
const neverBelow = ["_build", "duniverse", "_opam", "node_modules", ".git"];

const excluded = neverBelow.map((name) => `**/${name}/**`);

/** Whether a path lies below a folder that is never searched. */
export function isBelowExcluded(path: string): boolean {
  return path.split(/[\\/]/).some((part) => neverBelow.includes(part));
}

/** A unikernel with what its config.ml says about itself. */
export interface Found extends Unikernel {
  readonly config: ReturnType<typeof readConfig>;
}

/** Finds the unikernels of all workspace folders by reading each config.ml; runs no program. */
export async function findUnikernels(token: vscode.CancellationToken): Promise<Found[]> {
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
  // Of nested workspace folders the innermost owns a unikernel.
  const unique = new Map<string, Found>();
  for (const found of perFolder.flat()) {
    const other = unique.get(found.id);
    if (!other || found.workspaceFolder.length > other.workspaceFolder.length) unique.set(found.id, found);
  }
  return [...unique.values()].toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

/** Reads one config.ml; undefined when it is none of a unikernel, or not readable. */
export async function readUnikernel(file: vscode.Uri, workspaceFolder: string): Promise<Found | undefined> {
  const text = await readText(file.fsPath);
  // Deleted or made unreadable since it was listed, or nothing that a person wrote: then it is no unikernel.
  if (text === undefined) return undefined;
  const config = readConfig(text);
  if (!config.isUnikernel) return undefined;
  const configFile = file.fsPath;
  const buildDir = dirname(configFile);
  const root = await rootOf(configFile, workspaceFolder);
  return {
    id: configFile,
    // Of two, mirage configures both; the files of the last one are what is built.
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
  const own = vscode.workspace.getConfiguration("mirageos", folder).get<string[]>("exclude", []);
  return [...Object.keys(files).filter((glob) => files[glob] === true), ...own];
}
