import { spawn } from "node:child_process";
import { Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import type { Writable } from "node:stream";
import { execa } from "execa";
import { t } from "../protocol/l10n.ts";

/** A program to start. `args` are passed to it unchanged: no shell reads them. */
export interface ProcessSpec {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** The whole environment of the program. */
  readonly env: Readonly<Record<string, string>>;
  /**
   * A command, the program first, that removes what the program leaves behind when it is ended early. It
   * runs after cancelling and, for a guarded program, when the extension host is killed.
   */
  readonly cleanupCommand?: readonly string[];
}

export interface ProcessHooks {
  /** Called once the program has been started, with its process id, before any output. */
  readonly onStart?: ((pid: number) => void) | undefined;
  readonly onStdout?: (bytes: Uint8Array) => void;
  readonly onStderr?: (bytes: Uint8Array) => void;
  /**
   * Receive what the program writes into additional pipes, the file descriptors 3, 4, …. They are not closed
   * before the programs that inherit them have ended.
   */
  readonly onExtraPipes?: readonly ((bytes: Uint8Array) => void)[];
  /** Called once the program has been started, with its input; without it, the program reads nothing. Write errors are ignored. */
  readonly onStdin?: (stdin: Writable) => void;
  /** Aborting ends the program and everything it started. */
  readonly signal?: AbortSignal;
  /** Milliseconds between the request to end and the forced end; default 3000. */
  readonly graceMs?: number;
  /** Milliseconds after the forced end until a cancelled program that is still alive is abandoned; default 2000. */
  readonly abandonMs?: number;
  /** Ends the program also when the extension host is killed and cannot do it itself (POSIX only). */
  readonly guarded?: boolean;
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
 * Starts a program and settles when it has ended and its output is read to the end. Never rejects: the
 * result contains what went wrong. On POSIX systems the program leads a process group of its own, so that
 * cancelling also ends its children. A cancelled program that survives SIGKILL, such as one of another
 * user, or a daemon that holds the output open, is abandoned after some time.
 */
export const run: Run = async (spec, hooks = {}) => {
  for (let attempt = 1; ; attempt++) {
    if (hooks.signal?.aborted) return { kind: "cancelled" };
    const { result, isBusy } = await runOnce(spec, hooks);
    if (!isBusy || attempt === busyAttempts) return result;
    await delay(busyDelayMs, undefined, { signal: hooks.signal }).catch(() => undefined);
  }
};

/** How often, and how many milliseconds apart, a program is started that another process is writing. */
const [busyAttempts, busyDelayMs] = [20, 100];

/** `isBusy` says that the program could not be started because another process is writing its file. */
async function runOnce(
  spec: ProcessSpec,
  hooks: ProcessHooks,
): Promise<{ readonly result: ProcessResult; readonly isBusy?: boolean }> {
  // Before the program: starting a process takes long enough for the extension host to be killed meanwhile.
  const guard = hooks.guarded === true && !windows ? startGuard(spec) : undefined;
  const child = execa(spec.file, [...spec.args], {
    cwd: spec.cwd,
    env: { ...spec.env },
    extendEnv: false,
    buffer: false,
    encoding: "buffer",
    stdio: [
      hooks.onStdin ? "pipe" : "ignore",
      "pipe",
      "pipe",
      ...(hooks.onExtraPipes ?? []).map(() => "pipe" as const),
    ],
    reject: false,
    detached: !windows,
    windowsHide: true,
  });
  if (child.pid !== undefined) {
    hooks.onStart?.(child.pid);
    running.add(child.pid);
    guard?.watch(child.pid);
  }
  child.stdout?.on("data", (bytes: Uint8Array) => hooks.onStdout?.(bytes));
  child.stderr?.on("data", (bytes: Uint8Array) => hooks.onStderr?.(bytes));
  const extraPipes = (hooks.onExtraPipes ?? []).map((onBytes, index) => {
    const pipe = child.stdio[index + 3];
    pipe?.on("data", onBytes);
    return pipe;
  });
  if (hooks.onStdin && child.stdin && child.pid !== undefined) {
    // A program that has ended no longer reads; the result says that it ended.
    child.stdin.on("error", () => undefined);
    hooks.onStdin(child.stdin);
  }
  const stopper = new Stopper(child.pid, hooks.graceMs ?? 3000, hooks.abandonMs ?? 2000);
  const stop = () => stopper.stop();
  hooks.signal?.addEventListener("abort", stop, { once: true });
  try {
    const result = await Promise.race([child, stopper.abandoned]);
    if (result === undefined) {
      for (const pipe of [child.stdout, child.stderr, ...extraPipes]) pipe?.destroy();
    }
    if (hooks.signal?.aborted || result === undefined) {
      await cleanUp(spec);
      return { result: { kind: "cancelled" } };
    }
    if (result.exitCode !== undefined) return { result: { kind: "exited", code: result.exitCode } };
    if (result.signal !== undefined) return { result: { kind: "signalled", signal: result.signal } };
    const reason = result.originalMessage ?? result.code ?? t("it could not be started");
    return { result: { kind: "notFound", reason }, isBusy: result.code === "ETXTBSY" };
  } finally {
    hooks.signal?.removeEventListener("abort", stop);
    stopper.finish();
    guard?.release();
    if (child.pid !== undefined) running.delete(child.pid);
  }
}

/** Runs the cleanup command of a program. If it fails, there was nothing left to remove. */
async function cleanUp({ cleanupCommand: [file, ...args] = [], cwd, env }: ProcessSpec): Promise<void> {
  if (file === undefined) return;
  await execa(file, args, {
    cwd,
    env: { ...env },
    extendEnv: false,
    stdio: "ignore",
    reject: false,
    timeout: cleanupTimeoutMs,
  });
}
const cleanupTimeoutMs = 10_000;

/** Process groups that are alive, ended by force when the extension host exits. */
const running = new Set<number>();
process.on("exit", () => {
  for (const pid of running) kill(pid, "SIGKILL");
});

interface Guard {
  /** Starts to watch the process group that the process leads. Called at most once. */
  readonly watch: (pid: number) => void;
  readonly release: () => void;
}

/**
 * Starts a shell that reads the process group to watch, and then waits for the end of its input. A second
 * line means that the program has ended; an end without one means that this process is gone, and then the
 * shell ends the group and runs the cleanup command.
 */
function startGuard({ cleanupCommand = [], cwd, env }: ProcessSpec): Guard {
  const script = 'read -r group && { read -r released || { kill -s KILL -- "-$group"; "$@"; }; }';
  // Not started by execa, which would keep this process alive as long as the guard waits.
  const guard = spawn("/bin/sh", ["-c", script, "guard", ...cleanupCommand], {
    cwd,
    env: { ...env },
    stdio: ["pipe", "ignore", "ignore"],
    detached: true,
  });
  guard.unref();
  if (guard.stdin instanceof Socket) guard.stdin.unref();
  // Without a shell there is no guard; the program runs anyway.
  guard.on("error", () => undefined);
  guard.stdin.on("error", () => undefined);
  return {
    watch: (pid) => void guard.stdin.write(`${pid}\n`),
    // Two lines: if nothing was started, the first one is read in the place of the process group.
    release: () => guard.stdin.end("released\nreleased\n"),
  };
}

/** Ends a program: first with SIGTERM, then with SIGKILL, and gives up on one that survives both. */
class Stopper {
  /** Resolves when a program that was stopped is still alive. */
  readonly abandoned: Promise<undefined>;
  readonly #abandon: (value: undefined) => void;
  readonly #pid: number | undefined;
  readonly #graceMs: number;
  readonly #abandonMs: number;
  #timer: NodeJS.Timeout | undefined;

  constructor(pid: number | undefined, graceMs: number, abandonMs: number) {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    this.abandoned = promise;
    this.#abandon = resolve;
    this.#pid = pid;
    this.#graceMs = graceMs;
    this.#abandonMs = abandonMs;
  }

  stop(): void {
    const pid = this.#pid;
    if (pid === undefined) return;
    kill(pid, "SIGTERM");
    this.#timer = setTimeout(() => {
      kill(pid, "SIGKILL");
      this.#timer = setTimeout(() => this.#abandon(undefined), this.#abandonMs);
    }, this.#graceMs);
  }

  /** To be called when the program has ended. A child that outlived its parent must not outlive a cancelled job. */
  finish(): void {
    if (this.#timer === undefined || this.#pid === undefined) return;
    clearTimeout(this.#timer);
    kill(this.#pid, "SIGKILL");
  }
}

/**
 * Sends a signal to a process group. Errors are ignored: ESRCH means that the group has ended, EPERM that it
 * belongs to another user, as with sudo.
 */
function kill(pid: number, signal: "SIGTERM" | "SIGKILL"): void {
  if (windows) {
    void execa("taskkill", ["/T", "/F", "/PID", String(pid)], { reject: false });
    return;
  }
  try {
    process.kill(-pid, signal);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "ESRCH" && code !== "EPERM") throw error;
  }
}
