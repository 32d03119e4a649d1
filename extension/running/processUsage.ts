import { readFileSync } from "node:fs";
import { join } from "node:path";
import { capture } from "../platform/capture.ts";
import type { Run } from "../platform/process.ts";

/** What a program and the programs that it started have used and use. */
export interface Usage {
  /** CPU time since the start, in milliseconds. */
  readonly cpuMs: number;
  /** Resident memory in bytes. */
  readonly memory: number;
}

/** Reads the usage of processes. A process that has ended is missing in the result. Never rejects. */
export type ReadUsage = (pids: readonly number[]) => Promise<ReadonlyMap<number, Usage>>;

/** The reader for a platform of Node; `undefined` if there is none. */
export function usageReader(platform: NodeJS.Platform, run: Run): ReadUsage | undefined {
  if (platform === "linux") return async (pids) => readAll(pids);
  if (platform === "darwin") return async (pids) => readByPs(run, pids);
  return undefined;
}

function readAll(pids: readonly number[]): ReadonlyMap<number, Usage> {
  const found = pids.map((pid) => [pid, readProcessTree(pid)] as const);
  return new Map(found.flatMap(([pid, usage]) => (usage ? [[pid, usage]] : [])));
}

/** A tick of the times in `/proc`: USER_HZ is 100 on every architecture that VS Code runs on. */
const msPerTick = 10;
/** A program that starts more processes than this is not a tender. */
const maxProcesses = 64;

/**
 * The usage of a process and its descendants by proc(5), without gdb, which only watches; `undefined` if it has ended.
 * The files are read synchronously: they are in memory, and handing a read to another thread costs several times as much.
 */
export function readProcessTree(pid: number, proc = "/proc"): Usage | undefined {
  const pending = [pid];
  let found = false;
  let [cpuMs, memory] = [0, 0];
  for (let count = 0; pending.length > 0 && count < maxProcesses; count++) {
    const id = String(pending.pop());
    const stat = parseStat(read(join(proc, id, "stat")));
    if (!stat) continue;
    found = true;
    pending.push(...words(read(join(proc, id, "task", id, "children"))).map(Number));
    if (/^gdb\b/.test(stat.name)) continue;
    cpuMs += stat.ticks * msPerTick;
    memory += residentBytes(read(join(proc, id, "status")));
  }
  return found ? { cpuMs, memory } : undefined;
}

function read(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    // The process has ended.
    return "";
  }
}

const words = (text: string): readonly string[] => text.split(/\s+/).filter(Boolean);

/**
 * Parses `/proc/PID/stat`: the name, which may contain parentheses and blanks, and the time in user and kernel mode in
 * ticks. `undefined` if it is incomplete, or if the process is a zombie.
 */
export function parseStat(text: string): { readonly name: string; readonly ticks: number } | undefined {
  const [from, to] = [text.indexOf("("), text.lastIndexOf(")")];
  if (from < 0 || to < from) return undefined;
  // The fields from the third one, the state, on.
  const fields = words(text.slice(to + 1));
  const ticks = Number(fields[11]) + Number(fields[12]);
  if (!Number.isFinite(ticks) || fields[0] === "Z") return undefined;
  return { name: text.slice(from + 1, to), ticks };
}

/** The resident memory in `/proc/PID/status`, in bytes. */
const residentBytes = (status: string): number =>
  1024 * Number(/^VmRSS:\s*(\d+) kB$/m.exec(status)?.[1] ?? 0);

async function readByPs(run: Run, pids: readonly number[]): Promise<ReadonlyMap<number, Usage>> {
  if (pids.length === 0) return new Map();
  const args = ["-o", "pid=,rss=,time=", "-p", pids.join(",")];
  const { stdout } = await capture(run, { file: "/bin/ps", args, cwd: "/", env: { LC_ALL: "C" } });
  return parsePs(stdout);
}

/** Parses lines of `ps -o pid=,rss=,time=`: the id, KiB, and a time as `[[D-]H:]M:S[.CC]`. */
export function parsePs(text: string): ReadonlyMap<number, Usage> {
  const line = /^\s*(?<pid>\d+)\s+(?<rss>\d+)\s+(?:(?<days>\d+)-)?(?<time>(?:\d+:){1,2}\d+(?:[.,]\d+)?)\s*$/;
  const found = text.split("\n").flatMap((each): readonly (readonly [number, Usage])[] => {
    const { pid, rss, days = "0", time } = line.exec(each)?.groups ?? {};
    if (pid === undefined || time === undefined) return [];
    const seconds = time.split(":").reduce((sum, part) => 60 * sum + Number(part.replace(",", ".")), 0);
    const cpuMs = Math.round(1000 * (86_400 * Number(days) + seconds));
    return [[Number(pid), { cpuMs, memory: 1024 * Number(rss) }]];
  });
  return new Map(found);
}
