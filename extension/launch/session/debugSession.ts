import type { Outcome } from "../../logs/model.ts";
import type { ProcessResult, Run } from "../../platform/process.ts";
import { shellCommand } from "../../platform/shellQuote.ts";
import { t } from "../../protocol/l10n.ts";
import type { BootSpec } from "../boot/bootSpec.ts";
import { consoleOutput, type ConsoleOutput } from "./consoleOutput.ts";
import type { ConsoleWriter } from "./consoleWriters.ts";
import { isRequest, type DapMessage, type DapRequest } from "./dap.ts";

/** A unikernel that is built, checked and ready to boot. */
export interface PreparedLaunch extends BootSpec {
  readonly name: string;
  /** The id of a unikernel of the workspace, otherwise the path of the image. */
  readonly unikernel: string;
  readonly target: string;
  /** Where the console is written in addition to the debug console. */
  readonly writers: readonly ConsoleWriter[];
  readonly stopOnExit: boolean;
}

/** Why nothing is booted. The user has already seen a message about it. */
export interface RefusedLaunch {
  readonly refused: string;
  /** Whether the user stopped the launch or dismissed a question. */
  readonly byUser: boolean;
}

/** A launch configuration as VS Code sends it, after it has replaced its variables. */
export type RawConfiguration = Readonly<Partial<Record<string, unknown>>>;

export interface DebugSessionHost {
  readonly run: Run;
  /** Builds, checks and prompts. `print` writes a line into the debug console. Never rejects. */
  readonly prepare: (
    configuration: RawConfiguration,
    print: (line: string) => void,
    signal: AbortSignal,
  ) => Promise<PreparedLaunch | RefusedLaunch>;
}

/** The only thread that VS Code sees: this adapter cannot look into a unikernel. */
const thread = { id: 1 };

/** One run, from the request to boot until the unikernel has ended. */
interface Boot {
  readonly abort: AbortController;
  readonly ended: Promise<void>;
}

/** A debug session of type `mirage`: answers requests of the Debug Adapter Protocol with `send`. */
export class DebugSession {
  readonly #host: DebugSessionHost;
  readonly #send: (message: DapMessage) => void;
  readonly #console: ConsoleOutput;
  #seq = 1;
  #threadName = "unikernel";
  #configuration: RawConfiguration = {};
  #boot: Boot | undefined;
  /** Set while a restart waits for the first run to end. */
  #isRestarting = false;
  /** Set once the session is stopped for good. */
  #isClosing = false;

  constructor(host: DebugSessionHost, send: (message: DapMessage) => void) {
    this.#host = host;
    this.#send = send;
    this.#console = consoleOutput((category, output) => this.#event("output", { category, output }));
  }

  handle(message: unknown): void {
    if (isRequest(message)) void this.#answer(message);
  }

  /** Ends the program that is still running. */
  dispose(): void {
    this.#isClosing = true;
    this.#boot?.abort.abort(new Error("stopped"));
  }

  async #answer(request: DapRequest): Promise<void> {
    switch (request.command) {
      case "initialize":
        return this.#respond(request, {
          supportsConfigurationDoneRequest: true,
          supportsTerminateRequest: true,
          supportsRestartRequest: true,
        });
      case "launch":
        this.#configuration = fieldsOf(request.arguments);
        return this.#start(request);
      case "restart":
        return this.#restart(request);
      case "terminate":
        return this.#terminate(request);
      case "disconnect":
        this.#isClosing = true;
        await this.#stop();
        return this.#respond(request);
      case "threads":
        return this.#respond(request, {
          threads: this.#boot ? [{ ...thread, name: this.#threadName }] : [],
        });
      case "stackTrace":
        return this.#respond(request, { stackFrames: [], totalFrames: 0 });
      case "setBreakpoints":
      case "setFunctionBreakpoints":
      case "setExceptionBreakpoints":
        return this.#respond(request, { breakpoints: unverifiedBreakpoints(request.arguments) });
      case "configurationDone":
        return this.#respond(request);
      case "evaluate":
        return this.#refuse(
          request,
          t("The debug console of a unikernel can't evaluate expressions. It shows the unikernel's output."),
        );
      default:
        return this.#refuse(request, t('A booted unikernel does not support "{0}".', request.command));
    }
  }

  async #start(request: DapRequest): Promise<void> {
    // VS Code can stop a session before it sends the launch request.
    if (this.#isClosing) return this.#cancel(request);
    const abort = new AbortController();
    const ended = Promise.withResolvers<void>();
    this.#boot = { abort, ended: ended.promise };
    const prepared = await this.#host.prepare(this.#configuration, this.#printLine, abort.signal);
    if ("refused" in prepared || abort.signal.aborted) {
      this.#boot = undefined;
      ended.resolve();
      return this.#abandon(request, prepared, abort.signal.aborted);
    }
    this.#threadName = `${prepared.name} on ${prepared.target}`;
    this.#printLine(shellCommand([prepared.spec.file, ...prepared.spec.args]));
    if (prepared.note !== undefined) this.#printLine(prepared.note);
    const running = this.#run(prepared, abort.signal);
    this.#respond(request);
    if (request.command === "launch") this.#event("initialized");
    this.#event("process", { name: this.#threadName, isLocalProcess: true, startMethod: "launch" });
    this.#event("thread", { reason: "started", threadId: thread.id });
    const result = await running;
    this.#boot = undefined;
    this.#finish(prepared, result);
    ended.resolve();
  }

  /** Ends a launch before its program is started. */
  #abandon(request: DapRequest, prepared: PreparedLaunch | RefusedLaunch, isStopped: boolean): void {
    const isRefused = "refused" in prepared;
    const reason = isRefused ? prepared.refused : t("The launch was stopped.");
    if (!isRefused) endWriters(prepared, { kind: "stopped", text: reason });
    // A later restart has taken over.
    if (this.#isRestarting && request.command === "restart") return this.#respond(request);
    // Output before a launch has succeeded brings the debug console to the front.
    if (!isStopped && isRefused && !prepared.byUser) this.#console.print("stderr", `${reason}\n`);
    this.#refuse(request, reason);
    this.#event("terminated");
  }

  async #run(prepared: PreparedLaunch, signal: AbortSignal): Promise<ProcessResult> {
    const onOutput = (stream: "stdout" | "stderr") => (bytes: Uint8Array) => {
      prepared.onOutput(bytes);
      for (const writer of prepared.writers) writer[stream](bytes);
      this.#console[stream](bytes);
    };
    const result = await this.#host.run(prepared.spec, {
      signal,
      guarded: true,
      onStdout: onOutput("stdout"),
      onStderr: onOutput("stderr"),
    });
    this.#console.flush();
    return result;
  }

  #finish(prepared: PreparedLaunch, result: ProcessResult): void {
    const ending = prepared.explain(result);
    const { code, ...outcome } = ending;
    const { kind, text } = outcome;
    endWriters(prepared, outcome);
    const crash = kind === "failed" ? prepared.crash(ending) : undefined;
    const lines = [`${prepared.name}: ${text}`, ...(crash === undefined ? [] : [crash])];
    this.#console.print(kind === "failed" ? "stderr" : "console", lines.map((line) => `${line}\n`).join(""));
    this.#event("thread", { reason: "exited", threadId: thread.id });
    if (this.#isRestarting) return;
    this.#event("exited", { exitCode: code });
    if (prepared.stopOnExit || this.#isClosing) this.#event("terminated");
  }

  async #restart(request: DapRequest): Promise<void> {
    if (this.#isClosing) return this.#refuse(request, t("The session was stopped."));
    this.#configuration = fieldsOf(fieldsOf(request.arguments)["arguments"] ?? this.#configuration);
    // The restart that already waits for the end of the first run uses this configuration.
    if (this.#isRestarting) return this.#respond(request);
    this.#isRestarting = true;
    await this.#stop();
    this.#isRestarting = false;
    await this.#start(request);
  }

  async #terminate(request: DapRequest): Promise<void> {
    this.#isClosing = true;
    const isIdle = this.#boot === undefined && !this.#isRestarting;
    this.#respond(request);
    await this.#stop();
    if (isIdle) this.#event("terminated");
  }

  /** Ends the run, if there is one, and waits until it has ended. */
  async #stop(): Promise<void> {
    const boot = this.#boot;
    boot?.abort.abort(new Error("stopped"));
    await boot?.ended;
  }

  #cancel(request: DapRequest): void {
    this.#refuse(request, t("The session was stopped."));
    this.#event("terminated");
  }

  readonly #printLine = (line: string): void => this.#console.print("console", `${line}\n`);

  #event(event: string, body?: object): void {
    this.#send({ seq: this.#seq++, type: "event", event, ...(body && { body }) });
  }

  #respond(request: DapRequest, body?: object): void {
    this.#send({ ...this.#responseTo(request), success: true, ...(body && { body }) });
  }

  /** VS Code shows no message of its own: `prepare` has already shown one if it refuses a launch. */
  #refuse(request: DapRequest, message: string): void {
    const body = { error: { id: 1, format: message, showUser: false } };
    this.#send({ ...this.#responseTo(request), success: false, message, body });
  }

  #responseTo({ seq, command }: DapRequest) {
    return { seq: this.#seq++, type: "response", request_seq: seq, command } as const;
  }
}

function endWriters({ writers }: PreparedLaunch, outcome: Outcome): void {
  for (const writer of writers) writer.end(outcome);
}

/** A response for each requested breakpoint: VS Code shows them hollow, with the message. */
function unverifiedBreakpoints(args: unknown): readonly object[] {
  const breakpoints = fieldsOf(args)["breakpoints"];
  const message = t("A booted unikernel does not stop at breakpoints.");
  return (Array.isArray(breakpoints) ? breakpoints : []).map(() => ({ verified: false, message }));
}

function fieldsOf(value: unknown): RawConfiguration {
  return typeof value === "object" && value !== null ? { ...value } : {};
}
