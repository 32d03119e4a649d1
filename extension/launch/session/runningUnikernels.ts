import { readdir, readFile, readlink } from "node:fs/promises";
import { join } from "node:path";

/** A process of this computer that runs the image of a unikernel. */
export interface RunningImage {
  readonly pid: number;
  /** The path of the image. */
  readonly image: string;
  /** The command line. */
  readonly command: string;
}

/** The program of a process (`/proc/PID/exe` of proc(5)), or `undefined` if it is not known. */
export async function imageOfProcess(pid: number, proc = "/proc"): Promise<string | undefined> {
  const path = await readlink(join(proc, String(pid), "exe")).catch(() => undefined);
  // A build has replaced the file.
  return path?.replace(/ \(deleted\)$/, "");
}

/**
 * The processes of this user whose program is in the folder `dist` of one of the `roots`, the newest first. Empty where
 * there is no `/proc`.
 */
export async function runningUnikernels(
  roots: readonly string[],
  proc = "/proc",
): Promise<readonly RunningImage[]> {
  const entries = await readdir(proc).catch((): string[] => []);
  const found = await Promise.all(
    entries
      .filter((name) => /^\d+$/.test(name))
      .map(async (name) => {
        const image = await imageOfProcess(Number(name), proc);
        if (image === undefined || !roots.some((root) => image.startsWith(join(root, "dist", "/"))))
          return [];
        const words = await readFile(join(proc, name, "cmdline"), "utf8").catch(() => image);
        return [{ pid: Number(name), image, command: words.split("\0").join(" ").trim() }];
      }),
  );
  return found.flat().toSorted((a, b) => b.pid - a.pid);
}
