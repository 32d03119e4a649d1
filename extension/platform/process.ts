import { spawn } from "node:child_process";
import { Socket } from "node:net";
import type { Writable } from "node:stream";
import { execa } from "execa";
import { openPipes } from "./pipes.ts";
import { t } from "./l10n.ts";

/** A program to start. `args` go to it untouched: no shell ever reads them. */
export interface ProcessSpec {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** The whole environment of the program. */
  readonly env: Readonly<Record<string, string>>;
  /**
   * A command, the program first, that ends what the program leaves behind when it is ended before its
   * time: run after cancelling and, for a guarded program, when the extension host is killed.
   */
  readonly undo?: readonly string[];
}

export interface ProcessHooks {
  readonly onStdout?: (bytes: Uint8Array) => void;
  readonly onStderr?: (bytes: Uint8Array) => void;
  /** Called at once with what the program reads; without it, it reads nothing. Errors of writing are dropped. */
  readonly onStdin?: (stdin: Writable) => void;
  /** Aborting ends the program and everything it started. */
  readonly signal?: AbortSignal;
  /** Milliseconds between the polite request to end and the forced end; default 3000. */
  readonly graceMs?: number;
  /** Ends the program also when the extension host is killed and can do nothing itself (POSIX only). */
  readonly guarded?: boolean;
  /** Reads the output so that the program is hardly slowed down by it, however much it prints (POSIX only). */
  readonly unhindered?: boolean;
}

/** How a program ended. `code` is its exit code, `signal` a name such as `SIGSEGV`. */
export type ProcessResult =
  | { readonly kind: "exited"; readonly code: number }
  | { readonly kind: "signalled"; readonly signal: string }
  | { readonly kind: "notFound"; readonly reason: string }
  | { readonly kind: "cancelled" };

export type Run = (spec: ProcessSpec, hooks?: ProcessHooks) => Promise<ProcessResult>;

const windows = process.platform === "win32";

/**
 * Starts a program and settles when it has ended and its output is read to the end.
 * Never rejects: what went wrong is in the result. On POSIX systems the program leads a process
 * group of its own, so that cancelling also ends its children.
 */
export const run: Run = async (spec, hooks = {}) => {
  if (hooks.signal?.aborted) return { kind: "cancelled" };
  const guard = hooks.guarded === true && !windows ? takeGuard(spec) : undefined;
  const pipes = hooks.unhindered === true && !windows ? await takePipes() : undefined;
  if (hooks.signal?.aborted) {
    await pipes?.read(undefined, undefined);
    guard?.release();
    return { kind: "cancelled" };
  }
  const child = execa(spec.file, [...spec.args], {
    cwd: spec.cwd,
    env: { ...spec.env },
    extendEnv: false,
    buffer: false,
    encoding: "buffer",
    stdin: hooks.onStdin ? "pipe" : "ignore",
    stdout: descriptor(pipes?.stdout),
    stderr: descriptor(pipes?.stderr),
    reject: false,
    detached: !windows,
    windowsHide: true,
  });
  child.stdout?.on("data", (bytes: Uint8Array) => hooks.onStdout?.(bytes));
  child.stderr?.on("data", (bytes: Uint8Array) => hooks.onStderr?.(bytes));
  const allRead = pipes?.read(hooks.onStdout, hooks.onStderr);
  if (hooks.onStdin && child.stdin) {
    // A program that has ended reads no more; that it ended is told by the result.
    child.stdin.on("error", () => undefined);
    hooks.onStdin(child.stdin);
  }
  const stop = stopper(child.pid, hooks.graceMs ?? 3000);
  if (child.pid !== undefined) {
    running.add(child.pid);
    guard?.watch(child.pid);
  }
  hooks.signal?.addEventListener("abort", stop.begin, { once: true });
  try {
    const result = await child;
    await allRead;
    if (hooks.signal?.aborted) {
      await undo(spec);
      return { kind: "cancelled" };
    }
    if (result.exitCode !== undefined) return { kind: "exited", code: result.exitCode };
    if (result.signal !== undefined) return { kind: "signalled", signal: result.signal };
    return {
      kind: "notFound",
      reason: result.originalMessage ?? result.code ?? t("it could not be started"),
    };
  } finally {
    if (pipes) sparePipes ??= openPipes(makeFifos);
    if (guard) spareGuard ??= startGuard();
    hooks.signal?.removeEventListener("abort", stop.begin);
    stop.done();
    guard?.release();
    if (child.pid !== undefined) running.delete(child.pid);
  }
};

// Made when a program has ended, so that the next one starts sooner.
let sparePipes: ReturnType<typeof openPipes> | undefined;
let spareGuard: Guard | undefined;

function takePipes(): ReturnType<typeof openPipes> {
  const taken = sparePipes ?? openPipes(makeFifos);
  sparePipes = undefined;
  return taken;
}

function takeGuard(spec: ProcessSpec): Guard {
  if (spec.undo) return startGuard(spec);
  const taken = spareGuard?.waits() === true ? spareGuard : startGuard();
  spareGuard = undefined;
  return taken;
}

/** That it fails says that there was nothing left to end. */
async function undo({ undo: [file, ...args] = [], cwd, env }: ProcessSpec): Promise<void> {
  if (file === undefined) return;
  await execa(file, args, {
    cwd,
    env: { ...env },
    extendEnv: false,
    stdio: "ignore",
    reject: false,
    timeout: undoMs,
  });
}
const undoMs = 10_000;

/** execa takes any descriptor; its types know the first ones only. */
function descriptor(opened: number | undefined): "pipe" | 3 {
  return opened === undefined ? "pipe" : (opened as 3);
}

async function makeFifos(paths: readonly string[]): Promise<boolean> {
  const { exitCode } = await execa("mkfifo", [...paths], { stdio: "ignore", reject: false });
  return exitCode === 0;
}

/** Process groups now alive, ended by force when the extension host goes. */
const running = new Set<number>();
process.on("exit", () => {
  for (const pid of running) kill(pid, "SIGKILL");
});

interface Guard {
  /** Whether it is still there. */
  readonly waits: () => boolean;
  /** To be called once at most, with the leader of the program's group. */
  readonly watch: (pid: number) => void;
  readonly release: () => void;
}

/**
 * A shell that reads which process group it watches, and waits for the end of its input: a second line
 * means that all went well, an end without one that this process is gone, and then it ends the group and
 * what that leaves behind.
 */
function startGuard(spec?: ProcessSpec): Guard {
  const after = spec?.undo ?? [];
  const script = 'read -r group && { read -r released || { kill -s KILL -- "-$group"; "$@"; }; }';
  // Not by execa, which keeps this process from ending for as long as the guard waits for a program.
  const guard = spawn("/bin/sh", ["-c", script, "guard", ...after], {
    ...(spec && { cwd: spec.cwd, env: { ...spec.env } }),
    stdio: ["pipe", "ignore", "ignore"],
    detached: true,
  });
  guard.unref();
  if (guard.stdin instanceof Socket) guard.stdin.unref();
  // Without a shell there is no guard; the program runs all the same.
  guard.on("error", () => undefined);
  guard.stdin.on("error", () => undefined);
  let watching = false;
  return {
    waits: () => guard.exitCode === null && guard.signalCode === null,
    watch: (pid) => {
      watching = true;
      guard.stdin.write(`${pid}\n`);
    },
    release: () => guard.stdin.end(watching ? "released\n" : undefined),
  };
}

function stopper(pid: number | undefined, graceMs: number) {
  let force: NodeJS.Timeout | undefined;
  return {
    begin: () => {
      if (pid === undefined) return;
      kill(pid, "SIGTERM");
      force = setTimeout(() => kill(pid, "SIGKILL"), graceMs);
    },
    // A child that outlived its parent in the group must not outlive a cancelled job.
    done: () => {
      if (force === undefined || pid === undefined) return;
      clearTimeout(force);
      kill(pid, "SIGKILL");
    },
  };
}

function kill(pid: number, signal: "SIGTERM" | "SIGKILL"): void {
  if (windows) {
    void execa("taskkill", ["/T", "/F", "/PID", String(pid)], { reject: false });
    return;
  }
  try {
    process.kill(-pid, signal);
  } catch (error) {
    // ESRCH: the group has already ended, which is what was wanted.
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
