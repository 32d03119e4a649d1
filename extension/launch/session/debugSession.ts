import { createBreakpointRequests } from "../../debugger/breakpoints/breakpointRequests.ts";
import { capabilities } from "../../debugger/session/capabilities.ts";
import type { ExitOutcome, Outcome } from "../../logs/model.ts";
import { problems, ProblemError } from "../../platform/errors.ts";
import type { ProcessResult } from "../../platform/process.ts";
import { shellCommand } from "../../platform/shellQuote.ts";
import { t } from "../../protocol/l10n.ts";
import { consoleOutput, type ConsoleOutput } from "./consoleOutput.ts";
import { isRequest, type DapMessage, type DapRequest } from "./dap.ts";
import { debugPreparedUnikernel, usesDebugger, type DebuggedUnikernel } from "./gdbSession.ts";
import type {
  DebugSessionEnvironment,
  PreparedLaunch,
  RawConfiguration,
  RefusedLaunch,
} from "./preparedLaunch.ts";

/** The only thread of a unikernel without gdb. */
const thread = { id: 1 };

/** One run, from the request to boot until the unikernel has ended. */
interface Boot {
  readonly abort: AbortController;
  readonly ended: Promise<void>;
  /** Resolves when the boot is prepared or refused. */
  readonly preparation: Promise<void>;
  /** Set while the unikernel runs; `undefined` while the boot is prepared. */
  prepared?: PreparedLaunch;
  debugged?: DebuggedUnikernel;
}

/** A debug session of type `mirage`: answers requests of the Debug Adapter Protocol with `send`. */
export class DebugSession {
  readonly #environment: DebugSessionEnvironment;
  readonly #send: (message: DapMessage) => void;
  readonly #console: ConsoleOutput;
  #seq = 1;
  #threadName = "unikernel";
  #configuration: RawConfiguration = {};
  #boot: Boot | undefined;
  readonly #breakpoints = createBreakpointRequests();
  /** Resolves when VS Code has sent its breakpoints, or when the session ends before. */
  readonly #configured = Promise.withResolvers<void>();
  /** Set while a restart waits for the first run to end. */
  #isRestarting = false;
  /** Set once the session is stopped for good. */
  #isClosing = false;
  /** Set once a launch has failed, which ends the session. */
  #hasFailed = false;

  constructor(environment: DebugSessionEnvironment, send: (message: DapMessage) => void) {
    this.#environment = environment;
    this.#send = send;
    this.#console = consoleOutput((category, output) => this.#event("output", { category, output }));
  }

  handle(message: unknown): void {
    if (isRequest(message)) void this.#answer(message);
  }

  /** Ends the program that is still running. */
  dispose(): void {
    this.#isClosing = true;
    this.#configured.resolve();
    this.#boot?.abort.abort(new Error("stopped"));
  }

  async #answer(request: DapRequest): Promise<void> {
    switch (request.command) {
      case "initialize":
        return this.#respond(request, capabilities);
      case "launch":
      case "attach":
        this.#configuration = fieldsOf(request.arguments);
        // Early, so that VS Code sends its breakpoints while the boot is prepared.
        this.#event("initialized");
        return this.#start(request);
      case "restart":
        return this.#restart(request);
      case "terminate":
        return this.#terminate(request);
      case "disconnect":
        this.#isClosing = true;
        this.#configured.resolve();
        await this.#stop();
        return this.#respond(request);
      case "setBreakpoints":
      case "setFunctionBreakpoints":
      case "setInstructionBreakpoints":
      case "setExceptionBreakpoints":
        return this.#setBreakpoints(request);
      case "configurationDone":
        this.#configured.resolve();
        return this.#respond(request);
      default:
        return this.#answerAboutRun(request);
    }
  }

  /** Answers a request about the running unikernel: gdb does if the unikernel runs under it. */
  async #answerAboutRun(request: DapRequest): Promise<void> {
    const debugged = this.#boot?.debugged;
    if (debugged) {
      try {
        return this.#respond(request, await debugged.requests.answer(request.command, request.arguments));
      } catch (error) {
        return this.#refuse(request, error instanceof Error ? error.message : String(error));
      }
    }
    switch (request.command) {
      case "threads":
        return this.#respond(request, {
          threads: this.#boot ? [{ ...thread, name: this.#threadName }] : [],
        });
      case "stackTrace":
        return this.#respond(request, { stackFrames: [], totalFrames: 0 });
      case "evaluate":
        return this.#refuse(
          request,
          t(
            "The unikernel runs without the debugger, so expressions can't be evaluated. Set a breakpoint and restart.",
          ),
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
    const preparation = Promise.withResolvers<void>();
    this.#boot = { abort, ended: ended.promise, preparation: preparation.promise };
    // If a launch fails, VS Code brings a debug console that has output to the front, over the log panel.
    this.#console.hold();
    const prepared = await this.#environment.prepare(this.#configuration, this.#printLine, abort.signal);
    this.#hasFailed = "refused" in prepared && !(this.#isRestarting && request.command === "restart");
    preparation.resolve();
    if (!("refused" in prepared)) await this.#configured.promise;
    if ("refused" in prepared || abort.signal.aborted) {
      this.#boot = undefined;
      ended.resolve();
      return this.#abandon(request, prepared, abort.signal.aborted);
    }
    this.#threadName = `${prepared.name} on ${prepared.target}`;
    if (!prepared.isAttached) this.#printLine(shellCommand([prepared.spec.file, ...prepared.spec.args]));
    if (prepared.note !== undefined) this.#printLine(prepared.note);
    this.#boot.prepared = prepared;
    let running: Promise<ProcessResult>;
    try {
      if (usesDebugger(prepared, this.#configuration, this.#breakpoints))
        this.#boot.debugged = await this.#debug(prepared, abort.signal);
      running = this.#boot.debugged?.run.ended ?? this.#run(prepared, abort.signal);
    } catch (error) {
      this.#boot = undefined;
      ended.resolve();
      return this.#failToDebug(request, prepared, error, abort.signal.aborted);
    }
    this.#console.release();
    this.#respond(request);
    this.#event("process", { name: this.#threadName, isLocalProcess: true, startMethod: "launch" });
    this.#event("thread", { reason: "started", threadId: thread.id });
    this.#boot.debugged?.run.begin();
    const result = await running;
    this.#console.flush();
    const hasLostGdb = this.#boot.debugged?.run.hasLostGdb() === true;
    this.#boot = undefined;
    this.#finish(prepared, hasLostGdb ? lostGdb() : prepared.explain(result));
    ended.resolve();
  }

  /** Ends a launch before its program is started. */
  #abandon(request: DapRequest, prepared: PreparedLaunch | RefusedLaunch, isStopped: boolean): void {
    const isRefused = "refused" in prepared;
    const reason = isRefused ? prepared.refused : t("The launch was stopped.");
    if (!isRefused) endWriters(prepared, { kind: "stopped", text: reason });
    // A later restart has taken over.
    if (this.#isRestarting && request.command === "restart") return this.#respond(request);
    const isKnown = isStopped || !isRefused || prepared.byUser;
    this.#endLaunch(request, reason, isKnown || (prepared.isLogged === true && this.#isConsoleHidden()));
  }

  /** Whether the log panel is shown in place of the debug console. */
  #isConsoleHidden(): boolean {
    return this.#configuration["internalConsoleOptions"] === "neverOpen";
  }

  /** Answers a launch that has failed. The debug console shows the reason unless the user knows it already. */
  #endLaunch(request: DapRequest, reason: string, isKnown: boolean): void {
    if (isKnown) {
      this.#console.discard();
    } else {
      this.#console.print("stderr", `${reason}\n`);
      this.#console.release();
    }
    this.#refuse(request, reason);
    this.#event("terminated");
  }

  #onOutput(prepared: PreparedLaunch, stream: "stdout" | "stderr") {
    return (bytes: Uint8Array) => {
      prepared.onOutput(bytes);
      for (const writer of prepared.writers) writer[stream](bytes);
      this.#console[stream](bytes);
    };
  }

  #run(prepared: PreparedLaunch, signal: AbortSignal): Promise<ProcessResult> {
    return this.#environment.run(prepared.spec, {
      signal,
      guarded: true,
      onStart: (pid) => notifyStarted(prepared, pid, false),
      onStdout: this.#onOutput(prepared, "stdout"),
      onStderr: this.#onOutput(prepared, "stderr"),
    });
  }

  #debug(prepared: PreparedLaunch, signal: AbortSignal): Promise<DebuggedUnikernel> {
    return debugPreparedUnikernel(prepared, this.#breakpoints, {
      name: this.#threadName,
      run: this.#environment.run,
      signal,
      event: (event, body) => this.#event(event, body),
      onStart: (pid) => notifyStarted(prepared, pid, true),
      onStdout: this.#onOutput(prepared, "stdout"),
      onStderr: this.#onOutput(prepared, "stderr"),
      print: (text) => this.#console.print("console", text),
    });
  }

  #failToDebug(request: DapRequest, prepared: PreparedLaunch, error: unknown, isStopped: boolean): void {
    const problem = error instanceof ProblemError ? error.problem : problems.unexpected(error);
    const text = isStopped ? t("The launch was stopped.") : problem.message;
    endWriters(prepared, { kind: isStopped ? "stopped" : "failed", text });
    if (this.#isRestarting && request.command === "restart") return this.#respond(request);
    if (!isStopped) this.#environment.showProblem(problem);
    this.#endLaunch(request, text, isStopped || (prepared.session !== undefined && this.#isConsoleHidden()));
  }

  async #setBreakpoints(request: DapRequest): Promise<void> {
    const requested = this.#breakpoints.set(request.command, request.arguments);
    // VS Code keeps the states of breakpoints of a session whose launch has failed, and then hides the messages of others.
    if (request.command !== "setExceptionBreakpoints") await this.#boot?.preparation;
    if (this.#hasFailed) return this.#refuse(request, t("The launch has failed."));
    const { debugged, prepared } = this.#boot ?? {};
    if (debugged) {
      await debugged.run.applyBreakpoints().catch((error: Error) => this.#printLine(error.message));
      return this.#respond(request, { breakpoints: requested.map((each) => debugged.run.statusOf(each)) });
    }
    const unavailable = prepared?.debugging.unavailable;
    const message = prepared && (unavailable ?? t("Restart to stop here."));
    const breakpoints = requested.map(({ id }) => ({ id, verified: false, ...(message && { message }) }));
    this.#respond(request, { breakpoints });
    if (prepared && usesDebugger(prepared, this.#configuration, this.#breakpoints))
      this.#environment.offerRestart();
  }

  #finish(prepared: PreparedLaunch, ending: ExitOutcome): void {
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
    this.#configured.resolve();
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

/** How the end of gdb looks, which ends the unikernel too, whatever ended gdb. */
const lostGdb = (): ExitOutcome => ({ kind: "failed", code: 1, text: t("ended because gdb has ended") });

function notifyStarted({ writers }: PreparedLaunch, pid: number, isDebugged: boolean): void {
  for (const writer of writers) writer.started?.(pid, isDebugged);
}

function endWriters({ writers }: PreparedLaunch, outcome: Outcome): void {
  for (const writer of writers) writer.end(outcome);
}

function fieldsOf(value: unknown): RawConfiguration {
  return typeof value === "object" && value !== null ? { ...value } : {};
}
