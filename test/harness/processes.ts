import { randomUUID } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

/** Name of the environment variable that marks everything a workbench started. */
const markName = "MIRAGEOS_RIG";

/** A fresh environment entry; every program that inherits it can be found again. */
export function newMark(): Readonly<Record<string, string>> {
  return { [markName]: randomUUID() };
}

/** Ids of the other processes for whose environment or command line `is` holds (Linux only); zombies have neither. */
export function processesWhose(file: "environ" | "cmdline", is: (text: string) => boolean): number[] {
  if (process.platform !== "linux") return [];
  return readdirSync("/proc")
    .map(Number)
    .filter((pid) => Number.isInteger(pid) && pid !== process.pid)
    .filter((pid) => {
      try {
        return is(readFileSync(`/proc/${pid}/${file}`, "utf8"));
      } catch {
        return false;
      }
    });
}

/** Ids of the processes whose environment has this entry, however deep and whoever their parent is now. */
export const marked = (entry: string): number[] =>
  processesWhose("environ", (text) => text.split("\0").includes(entry));

const withMark = (mark: Readonly<Record<string, string>>): number[] =>
  marked(`${markName}=${mark[markName]}`);

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended meanwhile.
  }
}

/**
 * Ends a program, its process group and every process that carries the mark: politely, and after
 * `graceMs` milliseconds by force. Resolves when none is left.
 */
export async function endAll(
  leader: number | undefined,
  mark: Readonly<Record<string, string>>,
  graceMs = 1000,
): Promise<void> {
  const group = groupOf(leader);
  signalAll(leader, mark, "SIGTERM");
  const until = performance.now() + graceMs;
  while (performance.now() < until) {
    if (withMark(mark).length === 0 && !groupAlive(group)) return;
    await sleep(50);
  }
  killAll(leader, mark);
}

/** The same by force and at once. */
export function killAll(leader: number | undefined, mark: Readonly<Record<string, string>>): void {
  signalAll(leader, mark, "SIGKILL");
}

/**
 * Waits until the processes whose environment has this entry have ended, at most `graceMs` milliseconds, and
 * ends those that are left by force. Leaves those whose command line matches `except` alone.
 */
export async function endMarked(
  mark: Readonly<Record<string, string>>,
  except: RegExp,
  graceMs: number,
): Promise<void> {
  const [entry = ""] = Object.entries(mark).map(([name, value]) => `${name}=${value}`);
  const left = (): number[] => {
    const excepted = new Set(processesWhose("cmdline", (text) => except.test(text)));
    return marked(entry).filter((pid) => !excepted.has(pid));
  };
  for (const until = performance.now() + graceMs; performance.now() < until; await sleep(50))
    if (left().length === 0) return;
  for (const pid of left()) signal(pid, "SIGKILL");
}

function signalAll(
  leader: number | undefined,
  mark: Readonly<Record<string, string>>,
  name: NodeJS.Signals,
): void {
  const group = groupOf(leader);
  if (group !== undefined) signal(group, name);
  for (const pid of withMark(mark)) signal(pid, name);
}

function groupOf(leader: number | undefined): number | undefined {
  return leader === undefined || process.platform === "win32" ? leader : -leader;
}

function groupAlive(group: number | undefined): boolean {
  if (group === undefined) return false;
  try {
    process.kill(group, 0);
    return true;
  } catch {
    return false;
  }
}
