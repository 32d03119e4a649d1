import { randomBytes } from "node:crypto";
import {
  copyFile,
  link,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  utimes,
  writeFile,
} from "node:fs/promises";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { filesToCopy, type FileToCopy, type BuildInputs } from "./buildInputs.ts";

/** Limits of what is stored. */
export interface StorageBounds {
  /** Number of build folders, one for each config.ml and switch. */
  readonly folders: number;
  /** Milliseconds since its last use after which a build folder is removed. */
  readonly age: number;
  /** Number of compiled versions of one config.ml. */
  readonly versions: number;
}

/**
 * Writes the inputs to `folder` and removes all other files except dune's `_build`. Files that are already
 * up to date are not touched.
 */
export async function writeInputs(folder: string, inputs: BuildInputs): Promise<void> {
  await mkdir(folder, { recursive: true });
  const expected = new Set([...inputs.files.keys(), ...inputs.copies.map(({ path }) => path)]);
  const present = await filesBelow(folder);
  await Promise.all(present.filter((path) => !expected.has(path)).map((path) => rm(join(folder, path))));
  for (const [path, content] of inputs.files) {
    const file = join(folder, path);
    const bytes = Buffer.from(content);
    const before = await readFile(file).catch(() => undefined);
    if (before?.equals(bytes)) continue;
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, bytes);
  }
  await copyAll(folder, inputs.copies);
}

/** Copies a project's own files next to its inputs, without what an earlier configure wrote into `mirage/`. */
export async function copyProject(root: string, folder: string, inputs: BuildInputs): Promise<void> {
  const mirage = `${inputs.configFile.slice(0, -"config.ml".length)}mirage/`;
  const files = await filesToCopy(root, inputs.files);
  await copyAll(
    folder,
    files.filter(({ path }) => !path.startsWith(mirage)),
  );
}

async function copyAll(folder: string, files: readonly FileToCopy[]): Promise<void> {
  for (const { path, from } of files) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await copyFile(from, join(folder, path));
  }
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const nested = entries
    .filter((entry) => entry.isDirectory() && entry.name !== "_build")
    .map(async ({ name }) => (await filesBelow(join(folder, name))).map((path) => `${name}/${path}`));
  const here = entries.filter((entry) => !entry.isDirectory()).map(({ name }) => name);
  return [...here, ...(await Promise.all(nested)).flat()];
}

/** Runs a job with a new, empty folder below `folder`, which is removed afterwards. */
export async function withScratchFolder<T>(folder: string, job: (scratch: string) => Promise<T>): Promise<T> {
  const scratch = join(folder, `run-${randomBytes(6).toString("hex")}`);
  await mkdir(scratch, { recursive: true });
  try {
    return await job(scratch);
  } finally {
    await rm(scratch, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** Stores a compiled program at another path, where the next build does not replace it, and removes old versions. */
export async function storeProgram(built: string, stored: string, bounds: StorageBounds): Promise<void> {
  const folder = dirname(stored);
  await mkdir(folder, { recursive: true });
  await rm(stored, { force: true });
  // dune replaces a target by a new file, so a hard link to the old file keeps its content.
  await link(built, stored).catch(() => copyFile(built, stored));
  const now = new Date();
  await utimes(stored, now, now).catch(() => undefined);
  const old = (await byAge(folder)).slice(bounds.versions);
  await Promise.all(old.map(({ path }) => rm(path, { force: true }).catch(() => undefined)));
}

/** Entries of a folder, the most recently changed first. */
async function byAge(folder: string): Promise<{ readonly path: string; readonly time: number }[]> {
  const names = await readdir(folder).catch(() => []);
  const entries = names.map(async (name) => {
    const path = join(folder, name);
    const info = await stat(path).catch(() => undefined);
    return { path, time: info?.mtimeMs ?? 0 };
  });
  return (await Promise.all(entries)).toSorted((a, b) => b.time - a.time);
}

/** A file whose time is that of the build folder's last use and whose text is the path of config.ml. */
const usedFile = "used";

/** Records that a build folder was used at a time (milliseconds, as `Date.now`). */
export async function touchBuildFolder(folder: string, configFile: string, now: number): Promise<void> {
  await mkdir(folder, { recursive: true });
  const file = join(folder, usedFile);
  const time = new Date(now);
  await utimes(file, time, time).catch(async () => {
    await writeFile(file, `${configFile}\n`);
    await utimes(file, time, time);
  });
}

/** Removes build folders that were not used for a long time, and the least recently used ones beyond the limit. */
export async function pruneBuildFolders(storage: string, bounds: StorageBounds, now: number): Promise<void> {
  const names = await readdir(storage).catch(() => []);
  const folders = await Promise.all(
    names.map(async (name) => {
      const folder = join(storage, name);
      const info = await stat(join(folder, usedFile)).catch(() => undefined);
      return { folder, used: info?.mtimeMs ?? 0 };
    }),
  );
  const newestFirst = folders.toSorted((a, b) => b.used - a.used);
  const expired = newestFirst.filter(({ used }, i) => i >= bounds.folders || now - used > bounds.age);
  // A folder that another window uses cannot always be removed; a later call removes it.
  await Promise.all(
    expired.map(({ folder }) => rm(folder, { recursive: true, force: true }).catch(() => undefined)),
  );
}

/**
 * Runs a job while it holds the lock file of a folder, because windows share the extension's storage.
 * Ignores a lock whose process has ended or that is older than `staleMs`. Rejects with the signal's reason
 * if aborted while waiting.
 */
export async function withFolderLock<T>(
  folder: string,
  options: { readonly signal: AbortSignal; readonly staleMs: number; readonly pollMs?: number },
  job: () => Promise<T>,
): Promise<T> {
  const lock = join(folder, "lock");
  await mkdir(folder, { recursive: true });
  while (!(await takeLock(lock, options.staleMs))) {
    await delay(options.pollMs ?? 50, undefined, { signal: options.signal });
  }
  try {
    return await job();
  } finally {
    await rm(lock, { force: true });
  }
}

async function takeLock(lock: string, staleMs: number): Promise<boolean> {
  const mine = JSON.stringify({ pid: process.pid, host: hostname() });
  try {
    const file = await open(lock, "wx");
    await file.writeFile(mine);
    await file.close();
    return true;
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  }
  const [text, info] = await Promise.all([
    readFile(lock, "utf8").catch(() => undefined),
    stat(lock).catch(() => undefined),
  ]);
  if (text === undefined || info === undefined) return false;
  if (Date.now() - info.mtimeMs < staleMs && isHeld(text)) return false;
  // Move the stale lock away, and back if another window has replaced it in the meantime.
  const aside = `${lock}-${randomBytes(6).toString("hex")}`;
  try {
    await rename(lock, aside);
  } catch {
    return false;
  }
  if ((await readFile(aside, "utf8")) !== text) await link(aside, lock).catch(() => undefined);
  await rm(aside, { force: true });
  return false;
}

/** Whether the process that wrote the lock exists; assumed to be true for one on another computer. */
function isHeld(text: string): boolean {
  const owner = /"pid":(\d+),"host":(".*")/.exec(text);
  // The file is empty while its owner is taking the lock.
  if (owner === null) return true;
  if (owner[2] !== JSON.stringify(hostname())) return true;
  try {
    process.kill(Number(owner[1]), 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
