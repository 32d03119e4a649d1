import { randomUUID } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

/** Name of the environment variable that marks everything a workbench started. */
const markName = "MIRAGEOS_RIG";

/** A fresh environment entry; every program that inherits it can be found again. */
export function newMark(): Readonly<Record<string, string>> {
  return { [markName]: randomUUID() };
}

/** Ids of the processes that carry the mark, however deep and whoever their parent is now (Linux only). */
function marked(mark: Readonly<Record<string, string>>): number[] {
  if (process.platform !== "linux") return [];
  const entry = `${markName}=${mark[markName]}`;
  return readdirSync("/proc")
    .map(Number)
    .filter((pid) => Number.isInteger(pid) && pid !== process.pid)
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/environ`, "utf8").split("\0").includes(entry);
      } catch {
        return false;
      }
    });
}

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
    if (marked(mark).length === 0 && !groupAlive(group)) return;
    await sleep(50);
  }
  killAll(leader, mark);
}

/** The same by force and at once. */
export function killAll(leader: number | undefined, mark: Readonly<Record<string, string>>): void {
  signalAll(leader, mark, "SIGKILL");
}

function signalAll(
  leader: number | undefined,
  mark: Readonly<Record<string, string>>,
  name: NodeJS.Signals,
): void {
  const group = groupOf(leader);
  if (group !== undefined) signal(group, name);
  for (const pid of marked(mark)) signal(pid, name);
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
