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
  /** Keep the output instead of showing it. */
  readonly quiet?: boolean;
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
  const spawnOptions: SpawnOptions = {
    cwd: options.cwd ?? root,
    env: options.env ?? process.env,
    stdio: options.quiet === true ? ["ignore", "pipe", "pipe"] : ["ignore", "inherit", "inherit"],
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
    child.stdout?.on("data", (bytes: Buffer) => (output += bytes.toString("utf8")));
    child.stderr?.on("data", (bytes: Buffer) => (output += bytes.toString("utf8")));
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

/** Seconds since `start` (from `performance.now()`), as text such as `3.2 s`. */
export function secondsSince(start: number): string {
  return `${((performance.now() - start) / 1000).toFixed(1)} s`;
}
