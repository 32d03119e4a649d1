import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { callSites, type CallSite } from "./callSites.ts";
import type { LogRecord } from "./model.ts";
import { matchRecord } from "./siteMatch.ts";

/** A call site with the absolute path of its file. */
export interface PlacedSite extends CallSite {
  readonly file: string;
}

/** What is not part of an image. */
const skipped = /^(?:[._].*|tests?|bench(?:marks?)?|examples?|fuzz|doc|node_modules)$/;
const deepest = 8;
const sizeLimit = 1_000_000;

/**
 * The calls that can have given a record, in the sources of the libraries below the first of these folders
 * that has any: `duniverse/`, the folders of a switch. A library is read further only where it names the
 * record's source. Never rejects.
 */
export async function librarySites(
  record: LogRecord,
  folders: readonly string[],
): Promise<readonly PlacedSite[]> {
  for (const folder of folders) {
    const found: PlacedSite[] = [];
    for (const library of await entries(folder)) {
      if (skipped.test(library.name) || library.isFile()) continue;
      found.push(...(await sitesOf(record, join(folder, library.name))));
    }
    if (found.length > 0) return found;
  }
  return [];
}

async function sitesOf(record: LogRecord, library: string): Promise<readonly PlacedSite[]> {
  const texts: { readonly file: string; readonly text: string }[] = [];
  for (const file of await sources(library, 0)) {
    const text = await read(file);
    if (text.includes("Log")) texts.push({ file, text });
  }
  // Plain `Logs.…` logs to a source that nobody names.
  const name = !record.source || record.source === "application" ? "" : `"${record.source}"`;
  if (!texts.some(({ text }) => text.includes(name))) return [];
  const sites = texts.flatMap(({ file, text }) => callSites(text).map((site) => ({ ...site, file })));
  return matchRecord(record, sites);
}

async function sources(folder: string, depth: number): Promise<readonly string[]> {
  if (depth > deepest) return [];
  const found: string[] = [];
  for (const entry of await entries(folder)) {
    const path = join(folder, entry.name);
    if (entry.isFile() && entry.name.endsWith(".ml")) found.push(path);
    if (entry.isDirectory() && !skipped.test(entry.name)) found.push(...(await sources(path, depth + 1)));
  }
  return found;
}

const entries = (folder: string) => readdir(folder, { withFileTypes: true }).catch(() => []);

async function read(file: string): Promise<string> {
  try {
    return (await stat(file)).size > sizeLimit ? "" : await readFile(file, "utf8");
  } catch {
    // Gone since it was listed.
    return "";
  }
}
