import { spawn, type SpawnOptions } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** Absolute path of the repository. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)));

export interface Finished {
  /** Exit code; 128 when a signal ended the program, 127 when it could not be started. */
  readonly code: number;
  /** Everything it printed, when it ran quietly; otherwise empty. */
  readonly output: string;
}

export interface ProgramOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Stores the output in the result instead of showing it. */
  readonly quiet?: boolean;
  /** Called with the output as it arrives, instead of showing it. */
  readonly onOutput?: (text: string) => void;
}

/**
 * Runs a program of the build to its end. Never rejects. SIGTERM sent to this process is passed on,
 * so that ending a script also ends what it started.
 */
export function runProgram(
  file: string,
  args: readonly string[],
  options: ProgramOptions = {},
): Promise<Finished> {
  const reads = options.quiet === true || options.onOutput !== undefined;
  const spawnOptions: SpawnOptions = {
    cwd: options.cwd ?? root,
    env: options.env ?? process.env,
    stdio: reads ? ["ignore", "pipe", "pipe"] : ["ignore", "inherit", "inherit"],
  };
  // Windows starts .cmd files, such as npm and the command line of VS Code, through its shell only.
  const shell = process.platform === "win32" && (file === "npm" || file.endsWith(".cmd"));
  const quoted = (text: string): string => (shell ? `"${text}"` : text);
  return new Promise((resolve) => {
    let output = "";
    const child = spawn(quoted(file), args.map(quoted), { ...spawnOptions, shell });
    const passOn = (): void => void child.kill("SIGTERM");
    process.once("SIGTERM", passOn);
    const finish = (code: number): void => {
      process.removeListener("SIGTERM", passOn);
      resolve({ code, output });
    };
    const take = (text: string): void => {
      if (options.quiet === true) output += text;
      options.onOutput?.(text);
    };
    for (const stream of [child.stdout, child.stderr]) stream?.setEncoding("utf8").on("data", take);
    child.on("error", (error) => {
      output += error.message;
      finish(127);
    });
    child.on("close", (code) => finish(code ?? 128));
  });
}

/** Path of the first of these programs that PATH has, or undefined. */
export function findProgram(
  names: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): string | undefined {
  const folders = (env["PATH"] ?? "").split(delimiter).filter((folder) => folder !== "");
  const endings = process.platform === "win32" ? [".exe", ".cmd", ""] : [""];
  for (const name of names) {
    for (const folder of folders) {
      const path = endings.map((ending) => join(folder, name + ending)).find((file) => existsSync(file));
      if (path !== undefined) return path;
    }
  }
  return undefined;
}

/** The script file of a package's program, to be run with this Node on every platform. */
export function packageProgram(name: string, script: string): string {
  return join(root, "node_modules", name, script);
}

/** Runs a JavaScript or TypeScript program under the Node that runs this script. */
export function runNode(args: readonly string[], options: ProgramOptions = {}): Promise<Finished> {
  return runProgram(process.execPath, args, options);
}

/** True when this file is the program that was started, rather than imported by another. */
export function isMain(url: string): boolean {
  return process.argv[1] !== undefined && fileURLToPath(url) === process.argv[1];
}

/** A duration in milliseconds as minutes and seconds, such as `1:05`. */
export function clock(ms: number): string {
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/** Prints `words` with the time so far every half minute until the work is done; returns its result. */
export async function reportWaiting<T>(words: string, work: Promise<T>): Promise<T> {
  const started = performance.now();
  const say = (): void => console.log(`${words} (${clock(performance.now() - started)})…`);
  const timer = setInterval(say, 30_000);
  try {
    return await work;
  } finally {
    clearInterval(timer);
  }
}

/** Seconds since `start` (from `performance.now()`), as text such as `3.2 s`. */
export function secondsSince(start: number): string {
  return `${((performance.now() - start) / 1000).toFixed(1)} s`;
}
