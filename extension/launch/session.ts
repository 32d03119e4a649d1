import { setTimeout as wait } from "node:timers/promises";
import type { Ending, Outcome } from "../logs/model.ts";
import type { ProcessResult, ProcessSpec, Run } from "../platform/process.ts";
import { consoleOutput } from "./consoleOutput.ts";
import { isRequest, type DapMessage, type DapRequest, type OutputCategory } from "./dap.ts";
import { t } from "../platform/l10n.ts";

/** Takes the console of one run, as the log store does. */
export interface LogWriter {
  readonly stdout: (bytes: Uint8Array) => void;
  readonly stderr: (bytes: Uint8Array) => void;
  readonly end: (outcome: Outcome) => void;
}

/** A unikernel ready to boot: everything was built, checked and asked. */
export interface Prepared {
  /** The unikernel's name, and its id where it is one of the workspace. */
  readonly name: string;
  readonly unikernel: string;
  readonly target: string;
  readonly spec: ProcessSpec;
  /** What may still go wrong, one sentence. */
  readonly note: string | undefined;
  readonly onOutput: (bytes: Uint8Array) => void;
  readonly explain: (result: ProcessResult) => Ending;
  /** Why it failed and what to do, from its console; undefined where that tells no more than the exit. */
  readonly crash: (ending: Ending) => string | undefined;
  /** Where else the console goes. */
  readonly writers: readonly LogWriter[];
  readonly stopOnExit: boolean;
}

/** Why there is nothing to boot; `told` when the user has been told, `chosen` when the user stopped it. */
export interface Refused {
  readonly refused: string;
  readonly told: boolean;
  readonly chosen?: boolean;
}

export interface SessionWorld {
  readonly run: Run;
  /** Builds, checks and asks. Never rejects. */
  readonly prepare: (
    configuration: Readonly<Partial<Record<string, unknown>>>,
    say: (text: string) => void,
    signal: AbortSignal,
  ) => Promise<Prepared | Refused>;
}

export interface DebugSession {
  readonly handle: (message: unknown) => void;
  /** Ends what still runs. */
  readonly dispose: () => void;
}

const noExpressions = t(
  "The debug console of a unikernel takes no expressions: it shows what the unikernel says.",
);
/** A unikernel has one thread as far as this adapter knows: it cannot look inside. */
const thread = { id: 1 };

// VS Code's window is busy for some tens of milliseconds with a session that has begun. A unikernel's first
// words, waited for this long and given this time to get there, are in the log panel before.
const firstWordsMs = 25;
const showingMs = 4;

/** One run: from the wish to boot until the unikernel has ended. */
interface Boot {
  readonly abort: AbortController;
  ended: Promise<void>;
}

/** A debug session of type `mirage`: answers requests of the Debug Adapter Protocol with `send`. */
export function debugSession(world: SessionWorld, send: (message: DapMessage) => void): DebugSession {
  let seq = 1;
  let name = "unikernel";
  let boot: Boot | undefined;
  let configuration: Readonly<Partial<Record<string, unknown>>> = {};
  let restarting = false;
  let closing = false;

  const event = (what: string, body?: object) =>
    send({ seq: seq++, type: "event", event: what, ...(body && { body }) });
  const respond = (request: DapRequest, body?: object) =>
    send({
      seq: seq++,
      type: "response",
      request_seq: request.seq,
      command: request.command,
      success: true,
      ...(body && { body }),
    });
  const refuse = (request: DapRequest, format: string, showUser = false) =>
    send({
      seq: seq++,
      type: "response",
      request_seq: request.seq,
      command: request.command,
      success: false,
      message: format,
      body: { error: { id: 1, format, showUser } },
    });
  const output = (category: OutputCategory, text: string) => event("output", { category, output: text });
  const console = consoleOutput(output);

  const start = async (request: DapRequest) => {
    const abort = new AbortController();
    const settled = Promise.withResolvers<void>();
    const current: Boot = { abort, ended: settled.promise };
    boot = current;
    const prepared = await world.prepare(
      configuration,
      (text) => console.say("console", `${text}\n`),
      abort.signal,
    );
    if ("refused" in prepared || abort.signal.aborted) {
      const why = "refused" in prepared ? prepared.refused : t("It was stopped before it began.");
      if ("writers" in prepared) {
        for (const writer of prepared.writers) writer.end({ kind: "stopped", text: why });
      }
      boot = undefined;
      settled.resolve();
      // Another restart has taken its place.
      if (restarting && request.command === "restart") return respond(request);
      const chosen = abort.signal.aborted || ("refused" in prepared && prepared.chosen === true);
      // Any output of a launch that fails brings the debug console to the front.
      if (!chosen) console.say("stderr", `${why}\n`);
      refuse(request, why, !abort.signal.aborted && "refused" in prepared && !prepared.told);
      event("terminated");
      return;
    }
    name = `${prepared.name} on ${prepared.target}`;
    console.say("console", `${commandLine(prepared.spec)}\n${prepared.note ? `${prepared.note}\n` : ""}`);
    const heard = Promise.withResolvers<void>();
    const running = runToEnd(prepared, abort.signal, heard.resolve);
    await Promise.race([running, heard.promise.then(() => wait(showingMs)), wait(firstWordsMs)]);
    respond(request);
    if (request.command === "launch") event("initialized");
    event("process", { name, isLocalProcess: true, startMethod: "launch" });
    event("thread", { reason: "started", threadId: thread.id });
    const result = await running;
    boot = undefined;
    finish(prepared, result);
    settled.resolve();
  };

  const runToEnd = async (
    { spec, writers, onOutput }: Prepared,
    signal: AbortSignal,
    onFirst: () => void,
  ) => {
    const result = await world.run(spec, {
      signal,
      guarded: true,
      unhindered: true,
      onStdout: (bytes) => {
        onOutput(bytes);
        for (const writer of writers) writer.stdout(bytes);
        console.stdout(bytes);
        onFirst();
      },
      onStderr: (bytes) => {
        onOutput(bytes);
        for (const writer of writers) writer.stderr(bytes);
        console.stderr(bytes);
        onFirst();
      },
    });
    console.flush();
    return result;
  };

  const finish = (prepared: Prepared, result: ProcessResult) => {
    const ending = prepared.explain(result);
    const { kind, text, code } = ending;
    for (const writer of prepared.writers) writer.end({ kind, text });
    const crash = kind === "failed" ? prepared.crash(ending) : undefined;
    console.say(
      kind === "failed" ? "stderr" : "console",
      `${prepared.name}: ${text}\n${crash === undefined ? "" : `${crash}\n`}`,
    );
    event("thread", { reason: "exited", threadId: thread.id });
    if (restarting) return;
    event("exited", { exitCode: code });
    if (prepared.stopOnExit || closing) event("terminated");
  };

  const stop = async () => {
    boot?.abort.abort(new Error("stopped"));
    await boot?.ended;
  };

  const restart = async (request: DapRequest) => {
    if (closing) return refuse(request, t("It was stopped."));
    configuration = configurationOf(field(request.arguments, "arguments") ?? configuration);
    // The restart that waits for the unikernel's end boots with this configuration.
    if (restarting) return respond(request);
    restarting = true;
    await stop();
    restarting = false;
    // Stopped for good while it was being stopped for a restart.
    if (closing) {
      refuse(request, t("It was stopped."));
      event("terminated");
      return;
    }
    await start(request);
  };

  const answer = async (request: DapRequest): Promise<void> => {
    switch (request.command) {
      case "initialize":
        return respond(request, {
          supportsConfigurationDoneRequest: true,
          supportsTerminateRequest: true,
          supportsRestartRequest: true,
        });
      case "launch":
        configuration = configurationOf(request.arguments);
        return start(request);
      case "restart":
        return restart(request);
      case "terminate": {
        closing = true;
        const idle = boot === undefined && !restarting;
        respond(request);
        await stop();
        if (idle) event("terminated");
        return;
      }
      case "disconnect":
        closing = true;
        await stop();
        return respond(request);
      case "threads":
        return respond(request, { threads: boot ? [{ ...thread, name }] : [] });
      case "stackTrace":
        return respond(request, { stackFrames: [], totalFrames: 0 });
      case "setBreakpoints":
      case "setFunctionBreakpoints":
      case "setExceptionBreakpoints":
        return respond(request, { breakpoints: unverified(request.arguments) });
      case "configurationDone":
        return respond(request);
      case "evaluate":
        return refuse(request, noExpressions);
      default:
        return refuse(
          request,
          t('A unikernel that is booted this way does not know "{0}".', request.command),
        );
    }
  };

  return {
    handle: (message) => {
      if (isRequest(message)) void answer(message);
    },
    dispose: () => {
      closing = true;
      boot?.abort.abort(new Error("stopped"));
    },
  };
}

/** An answer for each breakpoint that was asked for: VS Code shows them hollow, with the reason. */
function unverified(given: unknown): readonly object[] {
  const asked = field(given, "breakpoints");
  const message = t("A unikernel that is booted this way does not stop at breakpoints.");
  return (Array.isArray(asked) ? asked : []).map(() => ({ verified: false, message }));
}

function commandLine({ file, args }: ProcessSpec): string {
  return [file, ...args].map((word) => (/\s|^$/.test(word) ? JSON.stringify(word) : word)).join(" ");
}

function configurationOf(value: unknown): Readonly<Partial<Record<string, unknown>>> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}

function field(value: unknown, name: string): unknown {
  return configurationOf(value)[name];
}
