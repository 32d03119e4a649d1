import { lineSplitter } from "../../platform/lines.ts";
import type { ProcessResult, ProcessSpec, Run } from "../../platform/process.ts";
import { debugProblems } from "../../platform/debugErrors.ts";
import { problems, ProblemError } from "../../platform/errors.ts";
import { miString, parseMiRecord, type MiTuple } from "./miRecords.ts";

/** A change that gdb reports by itself: `stopped`, `running`, `breakpoint-modified`, …. */
export interface GdbEvent {
  readonly name: string;
  readonly values: MiTuple;
}

/** A command that gdb refused; the message is gdb's. */
export class GdbError extends Error {
  override readonly name = "GdbError";
}

/** A running gdb. Commands are answered in their order. */
export interface GdbClient {
  /** Sends an MI command without its token. Rejects with a GdbError if gdb refuses it or has ended. */
  readonly send: (command: string) => Promise<MiTuple>;
  /**
   * Like `send`, for a command that only reads the stopped program. The answer is reused until the program runs or another
   * command may have changed it, because several requests of VS Code need the same at each stop.
   */
  readonly query: (command: string) => Promise<MiTuple>;
  /** Runs a command of gdb's console and returns what it prints. Rejects like `send`. */
  readonly console: (command: string) => Promise<string>;
  /** The last lines that gdb and the programs that it starts wrote to standard error. */
  readonly errors: () => string;
  /** Resolves when gdb has ended and all output is read. */
  readonly ended: Promise<ProcessResult>;
}

export interface GdbOptions {
  /** Called with gdb's process id. */
  readonly onStart?: ((pid: number) => void) | undefined;
  /** gdb's path. */
  readonly file: string;
  readonly cwd: string;
  /** The environment of gdb, which the programs that it starts inherit. */
  readonly env: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  readonly onEvent: (event: GdbEvent) => void;
  /** Receives the bytes that programs under gdb write to the file descriptors 3 and 4. */
  readonly onGuest: {
    readonly stdout: (bytes: Uint8Array) => void;
    readonly stderr: (bytes: Uint8Array) => void;
  };
  /** How long gdb may take to answer its first command, in milliseconds. */
  readonly startLimitMs?: number;
}

interface Pending {
  readonly resolve: (result: { readonly values: MiTuple; readonly printed: string }) => void;
  readonly reject: (error: Error) => void;
}

/** The first version with MI 3, in which a breakpoint's locations are a list (gdb's NEWS for 9.1). */
const minimumVersion = 9;
/** A record with 1 MB of memory has 2 MB of digits. A longer line is not a record. */
const lineLimit = 16 * 1024 * 1024;
/** Console text without a command is not stored beyond this size, in characters. */
const printedLimit = 1024 * 1024;
/** Characters of standard error that are stored. */
const errorLimit = 2000;
/** Lines of garbage before the first answer after which the program is not considered to be gdb. */
const garbageLimit = 50;

/**
 * Starts gdb and waits until it answers. Nothing of the user's or the workspace's gdb configuration is read.
 * Rejects with a ProblemError if the program is missing, too old or not gdb.
 */
export async function startGdb(run: Run, options: GdbOptions): Promise<GdbClient> {
  const { file, cwd, env, onGuest, onEvent } = options;
  const abort = new AbortController();
  const stop = () => abort.abort(options.signal.reason);
  options.signal.addEventListener("abort", stop, { once: true });
  if (options.signal.aborted) stop();
  const waiting = new Map<number, Pending>();
  /** Answers to queries since the program has stopped. */
  const answers = new Map<string, Promise<MiTuple>>();
  /** Commands that wait for the start of the program, or for those that are sent at the same time. */
  let unsent = "";
  let input: { readonly write: (text: string) => unknown } | undefined;
  const flush = () => {
    // The program may be started later, because what starts programs is loaded on first use.
    if (!input || unsent === "") return;
    input.write(unsent);
    unsent = "";
  };
  let printed = "";
  let errors = "";
  let token = 0;
  let hasAnswered = false;
  const garbage: string[] = [];
  const notGdb = Promise.withResolvers<never>();
  const fail = () => notGdb.reject(new ProblemError(debugProblems.notGdb(file, garbage.join(" "))));

  const lines = lineSplitter((line, isRest) => {
    const record = isRest ? ({ kind: "unknown", text: line } as const) : parseMiRecord(line);
    switch (record.kind) {
      case "result": {
        hasAnswered = true;
        const { name, values } = record;
        const command = record.token === undefined ? undefined : waiting.get(record.token);
        waiting.delete(record.token ?? -1);
        if (name === "error") command?.reject(new GdbError(miString(values, "msg") ?? "gdb failed"));
        else command?.resolve({ values, printed });
        printed = "";
        // `^running` is also reported as `*running`.
        return;
      }
      case "async":
        if (record.name === "running" || record.name === "stopped") answers.clear();
        return onEvent(record);
      case "stream":
        if (record.channel === "console" && printed.length < printedLimit) printed += record.text;
        return;
      case "prompt":
        return;
      case "unknown":
        if (hasAnswered) return;
        if (garbage.length < 3) garbage.push(record.text.slice(0, 80));
        else garbage.push("");
        if (garbage.length > garbageLimit) fail();
    }
  }, lineLimit);

  const spec: ProcessSpec = {
    file,
    // -iex runs before the file is loaded; --nx skips every .gdbinit.
    args: ["--nx", "--quiet", "-iex", "set auto-load off", "--interpreter=mi3"],
    cwd,
    // gdb starts programs by this shell. The user's own may not know the redirections.
    env: { ...env, SHELL: "/bin/sh", LC_ALL: "C.UTF-8" },
  };
  const ended = run(spec, {
    signal: abort.signal,
    guarded: true,
    onStart: options.onStart,
    onStdin: (stdin) => {
      input = stdin;
      flush();
    },
    onStdout: lines.push,
    onStderr: (bytes) => (errors = (errors + Buffer.from(bytes).toString()).slice(-errorLimit)),
    onExtraPipes: [onGuest.stdout, onGuest.stderr],
  }).then((result) => {
    options.signal.removeEventListener("abort", stop);
    for (const { reject } of waiting.values()) reject(new GdbError("gdb has ended"));
    waiting.clear();
    hasEnded = true;
    return result;
  });
  let hasEnded = false;

  const submit = (command: string) =>
    new Promise<{ readonly values: MiTuple; readonly printed: string }>((resolve, reject) => {
      if (hasEnded) return reject(new GdbError("gdb has ended"));
      token += 1;
      waiting.set(token, { resolve, reject });
      // A line break would start another command.
      unsent += `${token}${command.replace(/[\r\n]+/g, " ")}\n`;
      // One write for all commands that are sent in this turn, because each wakes gdb.
      process.nextTick(flush);
    });
  const client: GdbClient = {
    send: async (command) => {
      // Breakpoints are not visible in what queries read.
      if (!command.startsWith("-break-")) answers.clear();
      return (await submit(command)).values;
    },
    query: (command) => {
      const known = answers.get(command) ?? submit(command).then(({ values }) => values);
      answers.set(command, known);
      return known;
    },
    console: async (command) => {
      if (!command.startsWith("info ")) answers.clear();
      return (await submit(`-interpreter-exec console ${miQuoted(command)}`)).printed;
    },
    errors: () => errors,
    ended,
  };

  const timer = setTimeout(fail, options.startLimitMs ?? 30_000);
  try {
    const version = await Promise.race([submit("-gdb-version"), notGdb.promise]);
    const found = /^GNU gdb .*?(\d+)\.(\d+\S*)$/m.exec(version.printed);
    if (!found) throw new ProblemError(debugProblems.notGdb(file, version.printed.slice(0, 80).trim()));
    if (Number(found[1]) < minimumVersion)
      throw new ProblemError(debugProblems.gdbTooOld(file, `${found[1]}.${found[2]}`, minimumVersion));
    return client;
  } catch (error) {
    abort.abort(error);
    const result = await ended;
    if (options.signal.aborted || error instanceof ProblemError) throw error;
    if (result.kind === "notFound") throw new ProblemError(problems.toolFailed("gdb", result.reason));
    throw new ProblemError(debugProblems.notGdb(file, garbage.filter((line) => line !== "").join(" ")));
  } finally {
    clearTimeout(timer);
  }
}

/** A string in C syntax, as MI's parameters need it if they contain spaces or quotes. */
export function miQuoted(text: string): string {
  return `"${text.replace(/["\\]/g, String.raw`\$&`).replace(/\n/g, String.raw`\n`)}"`;
}
