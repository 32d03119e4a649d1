import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { unlinkSync } from "node:fs";
import { join } from "node:path";
import { absent, array, number, object, string, union } from "../protocol/validators.ts";
import type { RunningUnikernel } from "./model.ts";

/** The unikernels that run in the windows of this computer: each window writes a file, and reads those of the others. */
export interface WindowFiles {
  /** Writes what runs in this window; removes the file if nothing runs. Rejects if it cannot be written. */
  readonly write: (runs: readonly RunningUnikernel[]) => Promise<void>;
  /** What runs in other windows. Removes the files of windows that have ended. Never rejects. */
  readonly readOthers: () => Promise<readonly RunningUnikernel[]>;
  /** Removes the file of this window at once. */
  readonly dispose: () => void;
}

const isFile = object({
  runs: array(
    object({
      session: string,
      name: string,
      unikernel: string,
      target: string,
      pid: union(number, absent),
      startedAt: number,
      devices: array(string),
      addresses: array(string),
    }),
  ),
});

/** A file belongs to an extension host, and has its process id as its name. */
const fileName = /^(?<host>\d+)\.json$/;

/**
 * Uses files in a folder, which need not exist. `isAlive` says whether there is a process with an id: a window that was
 * killed leaves its file.
 */
export function createWindowFiles(
  folder: string,
  host: number = process.pid,
  isAlive: (pid: number) => boolean = isProcess,
): WindowFiles {
  const own = join(folder, `${host}.json`);
  let written = "";
  let writing: Promise<void> = Promise.resolve();
  const store = async (text: string): Promise<void> => {
    if (text === "") return rm(own, { force: true });
    await mkdir(folder, { recursive: true });
    // Another window must not read half of it.
    await writeFile(`${own}.tmp`, text);
    await rename(`${own}.tmp`, own);
  };
  const readOther = async (name: string): Promise<readonly RunningUnikernel[]> => {
    const other = Number(fileName.exec(name)?.groups?.["host"] ?? host);
    if (other === host) return [];
    const path = join(folder, name);
    try {
      if (!isAlive(other)) {
        await rm(path, { force: true });
        return [];
      }
      const value: unknown = JSON.parse(await readFile(path, "utf8"));
      if (!isFile(value)) return [];
      return value.runs
        .filter(({ pid }) => pid === undefined || isAlive(pid))
        .map((run) => ({ ...run, boot: undefined, canRestart: false, isElsewhere: true }));
    } catch {
      // The window has ended or writes another version of the file.
      return [];
    }
  };
  return {
    write: (runs) => {
      const stored = runs.map(
        ({ boot: _boot, canRestart: _canRestart, isElsewhere: _isElsewhere, ...run }) => run,
      );
      const text = stored.length === 0 ? "" : JSON.stringify({ runs: stored });
      if (text === written) return writing;
      written = text;
      // One after another: the last state must be written last.
      writing = writing.catch(() => undefined).then(() => store(text));
      return writing;
    },
    readOthers: async () => {
      const names = await readdir(folder).catch((): string[] => []);
      return (await Promise.all(names.map(readOther))).flat();
    },
    dispose: () => {
      try {
        if (written !== "") unlinkSync(own);
      } catch {
        // It was not written yet.
      }
    },
  };
}

function isProcess(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // A process of another user, such as one that was started with sudo, may not be signalled.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
