import { randomUUID } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

/** Name of the environment variable that marks all processes of a workbench. */
const markName = "MIRAGEOS_RIG";

/** Creates a new environment entry by which all processes that inherit it can be found. */
export function newMark(): Readonly<Record<string, string>> {
  return { [markName]: randomUUID() };
}

/** Returns the ids of the other processes whose environment or command line matches (Linux only). */
export function processesWhose(file: "environ" | "cmdline", matches: (text: string) => boolean): number[] {
  if (process.platform !== "linux") return [];
  return readdirSync("/proc")
    .map(Number)
    .filter((pid) => Number.isInteger(pid) && pid !== process.pid)
    .filter((pid) => {
      try {
        return matches(readFileSync(`/proc/${pid}/${file}`, "utf8"));
      } catch {
        return false;
      }
    });
}

/** Returns the ids of the processes whose environment has this entry, including orphans. */
export const marked = (entry: string): number[] =>
  processesWhose("environ", (text) => text.split("\0").includes(entry));

const withMark = (mark: Readonly<Record<string, string>>): number[] =>
  marked(`${markName}=${mark[markName]}`);

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // The process has already ended.
  }
}

/**
 * Ends a program, its process group and every process with the mark, first with SIGTERM and after `graceMs`
 * milliseconds with SIGKILL. Resolves when no process is left or all have been killed.
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

/** Kills a program, its process group and every process with the mark immediately. */
export function killAll(leader: number | undefined, mark: Readonly<Record<string, string>>): void {
  signalAll(leader, mark, "SIGKILL");
}

/**
 * Waits at most `graceMs` milliseconds until the processes with this environment entry have ended, and kills
 * the remaining ones. Ignores processes whose command line matches `except`.
 */
export async function endMarked(
  mark: Readonly<Record<string, string>>,
  except: RegExp,
  graceMs: number,
): Promise<void> {
  const [entry = ""] = Object.entries(mark).map(([name, value]) => `${name}=${value}`);
  const findRemaining = (): number[] => {
    const excepted = new Set(processesWhose("cmdline", (text) => except.test(text)));
    return marked(entry).filter((pid) => !excepted.has(pid));
  };
  for (const until = performance.now() + graceMs; performance.now() < until; await sleep(50))
    if (findRemaining().length === 0) return;
  for (const pid of findRemaining()) signal(pid, "SIGKILL");
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
