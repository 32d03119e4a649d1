/** Runs apt-get, and waits while another apt or dpkg holds one of their locks. */
import { setTimeout as sleep } from "node:timers/promises";
import { clock, runProgram, type Finished } from "./programs.ts";

/** A lock that another process holds. */
export interface HeldLock {
  /** Path of the lock file, such as `/var/lib/apt/lists/lock`. */
  readonly file: string;
  /** The holder of the lock, such as `process 4711 (apt-get)`, if apt prints it. */
  readonly holder?: string;
}

/**
 * Finds the lock that made apt-get fail in its English output. Returns `undefined` if it failed for another
 * reason. The locks are those of dpkg (`lock`, `lock-frontend`), of the package lists and of the archives.
 */
export function heldLock(output: string): HeldLock | undefined {
  const named =
    /Could not get lock (\/\S*?)\.?(?: - open \(\d+: [^)]*\))?(?: It is held by (process \d+ \([^)]*\)))?\.?$/m.exec(
      output,
    );
  const [, file, holder] = named ?? /Unable to acquire the dpkg frontend lock \((\/\S+)\)/.exec(output) ?? [];
  if (file !== undefined) return { file, ...(holder !== undefined && { holder }) };
  const byPid = /dpkg: error: (?:dpkg )?\S+ lock was locked by another process with pid (\d+)/.exec(
    output,
  )?.[1];
  return byPid === undefined ? undefined : { file: "/var/lib/dpkg/lock", holder: `process ${byPid}` };
}

export interface AptEnvironment {
  readonly run: () => Promise<Finished>;
  readonly print: (line: string) => void;
  /** Resolves after this number of milliseconds. */
  readonly pause: (ms: number) => Promise<unknown>;
}

const retryMs = 2000;
/** Milliseconds between two reports of a wait. */
const reportMs = 30_000;
/** Maximum wait for a lock, in milliseconds. */
const longestMs = 30 * 60_000;

/** Runs apt-get until no lock stops it, or for at most half an hour. Returns its last result. */
export async function runWhenUnlocked({ run, print, pause }: AptEnvironment): Promise<Finished> {
  for (let waited = 0; ; waited += retryMs) {
    const result = await run();
    const lock = result.code === 0 ? undefined : heldLock(result.output);
    if (lock === undefined || waited >= longestMs) return result;
    const held = `${lock.holder ?? "another process"} holds ${lock.file}`;
    if (waited === 0) print(`Waiting for another apt: ${held}…`);
    else if (waited % reportMs === 0) print(`Still waiting for another apt (${clock(waited)}): ${held}…`);
    await pause(retryMs);
  }
}

/** Runs apt-get without prompts. Rejects with the end of its output if it fails. */
export async function aptGet(args: readonly string[]): Promise<void> {
  // The output is parsed, so it must be English.
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive", LC_ALL: "C" };
  const { code, output } = await runWhenUnlocked({
    run: () => runProgram("apt-get", args, { env, quiet: true }),
    print: (line) => console.log(line),
    pause: sleep,
  });
  if (code !== 0) throw new Error(`apt-get ${args.join(" ")} failed:\n${output.slice(-4000)}`);
}
