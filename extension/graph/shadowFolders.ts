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
import { filesToCopy, type FileToCopy, type ShadowInputs } from "./shadowInputs.ts";

/** How much is kept in the extension's storage. */
export interface ShadowBounds {
  /** Shadows of different config.ml and switches. */
  readonly shadows: number;
  /** Milliseconds since its last use after which a shadow is removed. */
  readonly age: number;
  /** Compiled versions kept of one config.ml. */
  readonly versions: number;
}

/**
 * Makes `folder` hold the inputs and nothing else but dune's `_build`. Files that are right already
 * stay untouched.
 */
export async function writeInputs(folder: string, inputs: ShadowInputs): Promise<void> {
  await mkdir(folder, { recursive: true });
  const wanted = new Set([...inputs.files.keys(), ...inputs.copies.map(({ path }) => path)]);
  const present = await filesBelow(folder);
  await Promise.all(present.filter((path) => !wanted.has(path)).map((path) => rm(join(folder, path))));
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

/** Copies a project's own files beside its inputs, but what an earlier configure wrote into `mirage/`. */
export async function copyProject(root: string, folder: string, inputs: ShadowInputs): Promise<void> {
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

/** Runs a job with a new, empty folder below `folder`, which is gone afterwards. */
export async function withScratch<T>(folder: string, job: (scratch: string) => Promise<T>): Promise<T> {
  const scratch = join(folder, `run-${randomBytes(6).toString("hex")}`);
  await mkdir(scratch, { recursive: true });
  try {
    return await job(scratch);
  } finally {
    await rm(scratch, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** Keeps a compiled program under another name, where the next build does not replace it. */
export async function keepProgram(built: string, kept: string, bounds: ShadowBounds): Promise<void> {
  const folder = dirname(kept);
  await mkdir(folder, { recursive: true });
  await rm(kept, { force: true });
  // dune replaces a target by a new file, so a second name of the old one stays as it is.
  await link(built, kept).catch(() => copyFile(built, kept));
  const now = new Date();
  await utimes(kept, now, now).catch(() => undefined);
  const old = (await byAge(folder)).slice(bounds.versions);
  await Promise.all(old.map(({ path }) => rm(path, { force: true }).catch(() => undefined)));
}

/** Entries of a folder, the one changed last first. */
async function byAge(folder: string): Promise<{ readonly path: string; readonly time: number }[]> {
  const names = await readdir(folder).catch(() => []);
  const entries = names.map(async (name) => {
    const path = join(folder, name);
    const info = await stat(path).catch(() => undefined);
    return { path, time: info?.mtimeMs ?? 0 };
  });
  return (await Promise.all(entries)).toSorted((a, b) => b.time - a.time);
}

/** The file whose time says when a shadow was last used; its text says for which config.ml. */
const usedFile = "used";

/** Notes that a shadow is in use now. */
export async function touchShadow(folder: string, configFile: string, now: number): Promise<void> {
  await mkdir(folder, { recursive: true });
  const file = join(folder, usedFile);
  const time = new Date(now);
  await utimes(file, time, time).catch(async () => {
    await writeFile(file, `${configFile}\n`);
    await utimes(file, time, time);
  });
}

/** Removes the shadows that have not been used for long, and the longest unused beyond the bound. */
export async function pruneShadows(storage: string, bounds: ShadowBounds, now: number): Promise<void> {
  const names = await readdir(storage).catch(() => []);
  const shadows = await Promise.all(
    names.map(async (name) => {
      const folder = join(storage, name);
      const info = await stat(join(folder, usedFile)).catch(() => undefined);
      return { folder, used: info?.mtimeMs ?? 0 };
    }),
  );
  const newestFirst = shadows.toSorted((a, b) => b.used - a.used);
  const gone = newestFirst.filter(({ used }, i) => i >= bounds.shadows || now - used > bounds.age);
  // A folder that another window uses can't always be removed; it will be another time.
  await Promise.all(
    gone.map(({ folder }) => rm(folder, { recursive: true, force: true }).catch(() => undefined)),
  );
}

/**
 * Runs a job that no other window runs in this folder at the same time: windows share the
 * extension's storage. A lock whose window is gone, or that is older than `staleMs`, does not count.
 * Rejects with the signal's reason when aborted while waiting.
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
  // Moved away first, and put back if another window was quicker and what was moved is its lock.
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

/** Whether the window that wrote this is alive; one on another computer is taken to be. */
function isHeld(text: string): boolean {
  const owner = /"pid":(\d+),"host":(".*")/.exec(text);
  // Not yet written: it is being taken at this moment.
  if (owner === null) return true;
  if (owner[2] !== JSON.stringify(hostname())) return true;
  try {
    process.kill(Number(owner[1]), 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
