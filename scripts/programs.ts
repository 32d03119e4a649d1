import { spawn, type SpawnOptions } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** Absolute path of the repository. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)));

export interface Finished {
  /** The exit code; 128 if a signal ended the program, 127 if it could not be started. */
  readonly code: number;
  /** The complete output if the program ran with `quiet`; otherwise empty. */
  readonly output: string;
}

export interface ProgramOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** True to return the output in the result instead of showing it. */
  readonly quiet?: boolean;
  /** Called with the output as it arrives, instead of showing it. */
  readonly onOutput?: (text: string) => void;
}

/**
 * Runs a program until it ends. Never rejects. Forwards SIGTERM to the program, so that ending a script also
 * ends its programs.
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
  // Windows starts .cmd files, such as npm and the command line of VS Code, only through its shell.
  const shell = process.platform === "win32" && (file === "npm" || file.endsWith(".cmd"));
  const quoted = (text: string): string => (shell ? `"${text}"` : text);
  return new Promise((resolve) => {
    let output = "";
    const child = spawn(quoted(file), args.map(quoted), { ...spawnOptions, shell });
    const forwardSignal = (): void => void child.kill("SIGTERM");
    process.once("SIGTERM", forwardSignal);
    const finish = (code: number): void => {
      process.removeListener("SIGTERM", forwardSignal);
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

/** Returns the path of the first of these programs that is on PATH, or `undefined`. */
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

/** Returns the path of a script in an npm package, which this Node can run on every platform. */
export function packageProgram(name: string, script: string): string {
  return join(root, "node_modules", name, script);
}

/** Runs a JavaScript or TypeScript program with the Node that runs this script. */
export function runNode(args: readonly string[], options: ProgramOptions = {}): Promise<Finished> {
  return runProgram(process.execPath, args, options);
}

/** Returns true if the file with this URL was started as a program instead of being imported. */
export function isMain(url: string): boolean {
  return process.argv[1] !== undefined && fileURLToPath(url) === process.argv[1];
}

/** Formats milliseconds as minutes and seconds, such as `1:05`. */
export function clock(ms: number): string {
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/** Prints `message` with the elapsed time every 30 seconds until the work is done, and returns its result. */
export async function reportWaiting<T>(message: string, work: Promise<T>): Promise<T> {
  const started = performance.now();
  const print = (): void => console.log(`${message} (${clock(performance.now() - started)})…`);
  const timer = setInterval(print, 30_000);
  try {
    return await work;
  } finally {
    clearInterval(timer);
  }
}

/** Formats the seconds since `start` (from `performance.now()`), such as `3.2 s`. */
export function secondsSince(start: number): string {
  return `${((performance.now() - start) / 1000).toFixed(1)} s`;
}
