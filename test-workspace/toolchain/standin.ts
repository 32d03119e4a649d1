import { spawn } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, realpath, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));

/** The folder of the stand-in programs, which must be first on PATH. */
export const bin = join(here, "bin");

const mirageProgram = pathToFileURL(join(here, "lib", "mirage.mjs")).href;

/** The folder of the sample unikernels. */
export const workspace = dirname(here);

/** The recorded output and files of mirage 4.11.1 and the other tools. */
export const recordings = join(workspace, "recordings", "mirage-4.11.1");

export interface StandInResult {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: Buffer;
  readonly stderr: Buffer;
}

/** Runs a program with the stand-ins first on PATH. `onOutput` receives stdout, and a function that sends a signal. */
export function run(
  file: string,
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>> = {},
  onOutput?: (text: string, kill: (signal: NodeJS.Signals) => void) => void,
): Promise<StandInResult> {
  return new Promise((resolve, reject) => {
    const path = `${bin}${delimiter}${process.env["PATH"] ?? ""}`;
    const child = spawn(file, args, { cwd, env: { ...process.env, PATH: path, TERM: "dumb", ...env } });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => {
      stdout.push(chunk);
      onOutput?.(Buffer.concat(stdout).toString(), (signal) => child.kill(signal));
    });
    child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
    child.on("error", reject);
    child.on("close", (code, signal) =>
      resolve({ code, signal, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr) }),
    );
  });
}

/**
 * Runs `mirage ARGS…` in this process, because a process for each of a hundred commands takes most of the time
 * of the tests. The program must neither hang nor end by a signal. Only one can run at a time.
 */
export async function runMirage(
  args: readonly string[],
  cwd: string,
): Promise<Omit<StandInResult, "signal">> {
  const { main } = (await import(mirageProgram)) as { main: (args: readonly string[]) => Promise<void> };
  const written = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
  const restore: (() => void)[] = [];
  for (const name of ["stdout", "stderr"] as const) {
    const stream = process[name];
    const original = stream.write.bind(stream);
    stream.write = (chunk: string | Uint8Array) => written[name].push(Buffer.from(chunk)) > 0;
    restore.push(() => (stream.write = original));
  }
  const { exitCode, env } = process;
  const before = process.cwd();
  process.chdir(cwd);
  process.env = { ...env, PATH: `${bin}${delimiter}${env["PATH"] ?? ""}`, TERM: "dumb" };
  process.exitCode = 0;
  try {
    await main(args);
    const code = process.exitCode;
    return { code, stdout: Buffer.concat(written.stdout), stderr: Buffer.concat(written.stderr) };
  } finally {
    process.chdir(before);
    process.env = env;
    process.exitCode = exitCode;
    for (const each of restore) each();
  }
}

/**
 * Copies a sample to `at` in a new, otherwise empty git repository (mirage writes the path in the repository to its
 * opam file).
 */
export async function copyOf(sample: string, at: string): Promise<{ root: string; folder: string }> {
  const root = await mkdtemp(join(await realpath(tmpdir()), "mirage-sample-"));
  const folder = join(root, at);
  await mkdir(join(root, ".git"));
  await cp(join(workspace, sample), folder, {
    recursive: true,
    filter: (source) =>
      !/[\\/](?:_build|duniverse|dist|Makefile|dune[^\\/]*)$/.test(source) && !/[\\/]mirage$/.test(source),
  });
  return { root, folder };
}

/** Removes what {@link copyOf} created. */
export async function discard(root: string): Promise<void> {
  await rm(root, { recursive: true, force: true });
}

/**
 * Returns the sizes of all files in a folder by their paths with slashes, except those in `_build` and
 * `duniverse`.
 */
export async function sizesBelow(folder: string): Promise<Map<string, number>> {
  const sizes = new Map<string, number>();
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    const name = path.slice(folder.length + 1).replaceAll("\\", "/");
    if (entry.isFile() && !/^(?:_build|duniverse)\//.test(name)) sizes.set(name, (await stat(path)).size);
  }
  return sizes;
}
