import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { logCalls, type LogCall } from "../../ocaml/logs/logCalls.ts";
import type { LogRecord } from "../model.ts";
import { matchCallSites } from "./matchCallSites.ts";

/** A call site in a file with this absolute path. */
export interface LocatedCallSite extends LogCall {
  readonly file: string;
}

/** Folders whose sources are not part of an image. */
const skippedFolders = /^(?:[._].*|tests?|bench(?:marks?)?|examples?|fuzz|doc|node_modules)$/;
const maxDepth = 8;
const maxFileBytes = 1_000_000;

/**
 * Finds the calls that may have logged a record in the sources of libraries. Searches the folders, such as
 * `duniverse/` and those of a switch, until one contains such a call. Only libraries that mention the
 * record's log source are parsed. Never rejects.
 */
export async function libraryCallSites(
  record: LogRecord,
  folders: readonly string[],
): Promise<readonly LocatedCallSite[]> {
  for (const folder of folders) {
    const found: LocatedCallSite[] = [];
    for (const library of await listFolder(folder)) {
      if (skippedFolders.test(library.name) || library.isFile()) continue;
      found.push(...(await findInLibrary(record, join(folder, library.name))));
    }
    if (found.length > 0) return found;
  }
  return [];
}

async function findInLibrary(record: LogRecord, library: string): Promise<readonly LocatedCallSite[]> {
  const texts: { readonly file: string; readonly text: string }[] = [];
  for (const file of await listSources(library, 0)) {
    const text = await readSource(file);
    if (text.includes("Log")) texts.push({ file, text });
  }
  // Plain `Logs.…` calls log to the source `application`, which no code mentions.
  const name = !record.source || record.source === "application" ? "" : `"${record.source}"`;
  if (!texts.some(({ text }) => text.includes(name))) return [];
  const sites = texts.flatMap(({ file, text }) => logCalls(text).map((site) => ({ ...site, file })));
  return matchCallSites(record, sites);
}

/** The OCaml files of a library; absolute paths. */
async function listSources(folder: string, depth: number): Promise<readonly string[]> {
  if (depth > maxDepth) return [];
  const found: string[] = [];
  for (const entry of await listFolder(folder)) {
    const path = join(folder, entry.name);
    if (entry.isFile() && entry.name.endsWith(".ml")) found.push(path);
    if (entry.isDirectory() && !skippedFolders.test(entry.name))
      found.push(...(await listSources(path, depth + 1)));
  }
  return found;
}

const listFolder = (folder: string) => readdir(folder, { withFileTypes: true }).catch(() => []);

async function readSource(file: string): Promise<string> {
  try {
    return (await stat(file)).size > maxFileBytes ? "" : await readFile(file, "utf8");
  } catch {
    // Deleted since it was listed.
    return "";
  }
}
