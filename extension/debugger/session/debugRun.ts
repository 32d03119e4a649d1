import type { DebugProtocol } from "@vscode/debugprotocol";
import { t } from "../../protocol/l10n.ts";
import type { ProcessResult } from "../../platform/process.ts";
import { startGdb } from "../gdb/gdbClient.ts";
import { miString } from "../gdb/miRecords.ts";
import { prepareGdb, sourceFiles } from "../gdb/prepareGdb.ts";
import { startServer } from "../targets/startGdbServer.ts";
import { exceptionText } from "../values/render/exceptionText.ts";
import { renderValue } from "../values/render/renderValue.ts";
import type { BreakpointRequests, RequestedBreakpoint } from "../breakpoints/breakpointRequests.ts";
import { createBreakpoints, type Breakpoints } from "../breakpoints/breakpoints.ts";
import type { DebugParts, DebugRun, DebugRunEnvironment, DebugRunRequest } from "./debugTypes.ts";
import {
  createExceptionStops,
  type ExceptionStops,
  type RaisedException,
} from "../breakpoints/exceptions.ts";
import { createFrameValues, prefetchStop } from "../inspect/frameValues.ts";
import { readProgram } from "../program/program.ts";
import { createRunControl, silentStop, type RunControl, type Stop, type Stopped } from "../gdb/runControl.ts";
import { createSources } from "../program/sources.ts";
import { releaseProgram } from "./release.ts";
import {
  createStopEvaluation,
  signalStop,
  unrequestedStop,
  type StopDecision,
  type ShownStop,
} from "./stopDecision.ts";
import { createSteps, type Steps, type StepKind, type StepTarget } from "./steps.ts";

/**
 * Starts gdb, loads the unikernel into it and sets the breakpoints. Rejects with a ProblemError if gdb or
 * the unikernel cannot be started.
 */
export async function startDebugRun(
  environment: DebugRunEnvironment,
  request: DebugRunRequest,
  requests: BreakpointRequests,
): Promise<DebugRun> {
  const run = new Running(environment, request, requests);
  try {
    await run.start();
    return run;
  } catch (error) {
    await run.abandon();
    throw error;
  }
}

class Running implements DebugRun {
  readonly ended: Promise<ProcessResult>;
  readonly #end: (result: ProcessResult) => void;
  readonly #environment: DebugRunEnvironment;
  readonly #request: DebugRunRequest;
  readonly #requests: BreakpointRequests;
  readonly #control: RunControl;
  #parts: DebugParts | undefined;
  #breakpoints: Breakpoints | undefined;
  #exceptions: ExceptionStops | undefined;
  #steps: Steps | undefined;
  #stopped: { readonly stop: Stopped; readonly exception?: RaisedException } | undefined;
  #isPausing = false;
  #hasStarted = false;
  /** Ends gdb and the monitor. */
  readonly #abort = new AbortController();
  /** Decisions about stops, because steps and their caller both need them. */
  readonly #decisions = new WeakMap<Stopped, Promise<StopDecision>>();

  constructor(environment: DebugRunEnvironment, request: DebugRunRequest, requests: BreakpointRequests) {
    const { promise, resolve } = Promise.withResolvers<ProcessResult>();
    this.ended = promise;
    this.#end = resolve;
    this.#environment = environment;
    this.#request = request;
    this.#requests = requests;
    const endAll = () => void this.#releaseAndEnd();
    environment.signal.addEventListener("abort", endAll, { once: true });
    if (environment.signal.aborted) endAll();
    this.#control = createRunControl(
      () => this.parts.gdb,
      // The stop with which a gdb server answers a connection is not the program's.
      (stop) => (this.#hasStarted || stop.kind === "ended" ? void this.#settle(stop) : undefined),
    );
  }

  get parts(): DebugParts {
    if (!this.#parts) throw new Error("gdb has not been started");
    return this.#parts;
  }

  async start(): Promise<void> {
    const { spec, gdb: file, image, folders, setup, target, justMyCode, types } = this.#request;
    const { run, onStart, onStdout, onStderr } = this.#environment;
    const { signal } = this.#abort;
    const [gdb, program] = await Promise.all([
      startGdb(run, {
        file,
        cwd: spec.cwd,
        env: spec.env,
        signal,
        onStart: target.server ? undefined : onStart,
        onEvent: (event) => this.#onEvent(event),
        onGuest: { stdout: onStdout, stderr: onStderr },
      }),
      readProgram(image),
    ]);
    const sources = createSources(folders);
    const values = createFrameValues({ gdb, program, sources, types });
    this.#parts = { gdb, image, program, sources, values, justMyCode };
    void types.unreadable.then((reason) => this.#environment.print(`${reason}\n`));
    void gdb.ended.then((result) => this.#gdbEnded(result));
    await prepareGdb(gdb, setup, this.#environment.print);
    this.#serverEnded = startServer(target, this.#environment, signal);
    void this.#serverEnded?.then((result) => this.#finish(result));
    const first = await target.start(gdb, this.#control, this.#serverEnded ?? new Promise(() => undefined));
    if (first.kind === "ended") {
      this.#hasStarted = true;
      return this.#settle(first);
    }
    await program.locate(gdb);
    sources.setFiles(await sourceFiles(gdb));
    const code = { gdb, program, sources };
    this.#breakpoints = createBreakpoints({
      ...code,
      print: this.#environment.print,
      evaluation: createStopEvaluation(this.#parts),
    });
    this.#exceptions = createExceptionStops({
      ...code,
      describe: (word) => exceptionText(values.context(), word).catch(() => undefined),
      literal: async (word) =>
        (await renderValue(values.context(), word, "string").catch(() => undefined))?.text,
    });
    this.#steps = createSteps({
      ...code,
      control: this.#control,
      justMyCode,
      isInterrupted: async (stop) => typeof (await this.#decide(stop)) === "object" || this.#isPausing,
    });
    await this.#apply();
    this.#hasStarted = true;
  }

  #serverEnded: Promise<ProcessResult> | undefined;

  /** Ends what a failed start left running. */
  async abandon(): Promise<void> {
    this.#abort.abort(new Error("failed"));
    await Promise.all([this.#parts?.gdb.ended, this.#serverEnded]);
  }

  async #releaseAndEnd(): Promise<void> {
    const { isAttached, noRun } = this.#request.target;
    if (isAttached === true && noRun === undefined && this.#hasStarted)
      await releaseProgram(this.parts.gdb, this.#control);
    this.#abort.abort(this.#environment.signal.reason);
  }

  begin(): void {
    const { stopOnEntry, target } = this.#request;
    const steps = this.#steps;
    if (this.#result !== undefined || !steps) return;
    if (target.noRun !== undefined)
      return this.#show(silentStop, { reason: "exception", description: t("Core file") });
    if (stopOnEntry) this.#go(() => steps.toUserCode(), { reason: "entry" });
    else this.proceed();
  }

  stopped() {
    return this.#stopped;
  }

  proceed(): void {
    this.#go(() => this.#control.resume("-exec-continue"));
  }

  step(kind: StepKind, thread: number, byInstruction: boolean, into?: StepTarget): void {
    const steps = this.#steps;
    if (!steps) throw new Error("gdb has not been started");
    const instruction = { next: "-exec-next-instruction", stepIn: "-exec-step-instruction", stepOut: "" }[
      kind
    ];
    this.#go(
      byInstruction && instruction !== ""
        ? () => this.#control.resume(`${instruction} --thread ${thread}`)
        : () => steps.step(kind, thread, into),
      { reason: "step" },
    );
  }

  async pause(): Promise<void> {
    const { noPause, noRun } = this.#request.target;
    const refusal = noPause ?? noRun;
    if (refusal !== undefined) throw new Error(refusal);
    this.#isPausing = true;
    await this.parts.gdb.send("-exec-interrupt --all");
  }

  statusOf(breakpoint: RequestedBreakpoint): DebugProtocol.Breakpoint {
    return this.#breakpoints?.status(breakpoint) ?? { id: breakpoint.id, verified: false };
  }

  async applyBreakpoints(): Promise<void> {
    if (!this.#breakpoints) return;
    if (!this.#control.isRunning() || this.#request.target.changesWhileRunning) return this.#apply();
    if (this.#request.target.noPause !== undefined) return;
    // Nothing else may handle the stop that this interrupt causes.
    const stop = this.#control.nextStop();
    await this.parts.gdb.send("-exec-interrupt --all");
    const stopped = await stop;
    await this.#apply();
    if (stopped.kind === "stopped" && stopped.signal === "SIGINT") this.proceed();
    else await this.#settle(stopped);
  }

  async #apply(): Promise<void> {
    if (this.#request.target.noRun !== undefined) return;
    this.#steps?.forgetBreakpoints();
    await this.#breakpoints?.apply(this.#requests.all());
    await this.#exceptions?.apply(this.#requests.exceptions());
  }

  /** Runs a command that resumes the program, and shows the next stop unless a condition continues past it. */
  #go(resume: () => Promise<Stop>, expected?: ShownStop): void {
    const { noRun } = this.#request.target;
    if (noRun !== undefined) throw new Error(noRun);
    const before = this.#stopped?.stop ?? silentStop;
    this.#stopped = undefined;
    this.parts.values.reset();
    void resume().then(
      (stop) => this.#settle(stop, expected),
      (error: Error) => {
        this.#environment.print(`${error.message}\n`);
        // gdb has refused the command, so the program is still stopped. A copy, because it may have run before that.
        if (this.#result === undefined) this.#show({ ...before }, { reason: "pause" });
      },
    );
  }

  async #settle(stop: Stop, expected?: ShownStop): Promise<void> {
    let current = stop;
    try {
      for (;;) {
        this.parts.values.reset();
        if (current.kind === "ended") return this.#finish(current.result);
        const shown = (await this.#decide(current)) ?? expected ?? unrequestedStop(current);
        if (shown !== "continue") return this.#show(current, shown);
        // gdb ignores an interruption while a condition is evaluated here.
        if (this.#isPausing) return this.#show(current, { reason: "pause" });
        current = await this.#control.resume("-exec-continue");
      }
    } catch {
      // gdb has ended, which ends the run.
    }
  }

  #show(stop: Stopped, { exception, ...shown }: ShownStop): void {
    this.#isPausing = false;
    prefetchStop(this.parts, stop.thread);
    this.#stopped = { stop, ...(exception && { exception }) };
    this.#environment.event("stopped", { ...shown, threadId: stop.thread, allThreadsStopped: true });
  }

  #decide(stop: Stopped): Promise<StopDecision> {
    const known = this.#decisions.get(stop) ?? this.#decideOnce(stop);
    this.#decisions.set(stop, known);
    return known;
  }

  async #decideOnce(stop: Stopped): Promise<StopDecision> {
    const hit = await this.#breakpoints?.hit(stop.breakpoint, stop);
    if (hit) {
      if (!hit.stops) return "continue";
      return { reason: "breakpoint", hitBreakpointIds: hit.ids };
    }
    const exception = await this.#exceptions?.hit(stop.breakpoint, stop);
    if (exception === "ignored") return "continue";
    if (exception) {
      const { text } = exception;
      const description = t("Paused on exception");
      return { reason: "exception", description, exception, ...(text && { text: text.text }) };
    }
    if (stop.reason === "signal-received") return signalStop(stop);
    if (stop.reason === undefined && this.#isPausing) return { reason: "pause" };
    return undefined;
  }

  #onEvent(event: Parameters<RunControl["onEvent"]>[0]): void {
    this.#control.onEvent(event);
    const threadId = Number(miString(event.values, "id"));
    if (event.name === "thread-created") this.#environment.event("thread", { reason: "started", threadId });
    if (event.name === "thread-exited") this.#environment.event("thread", { reason: "exited", threadId });
  }

  /** The program has ended; gdb is ended too, which closes the pipes of the guest. */
  async #finish(result: ProcessResult): Promise<void> {
    // gdb reports the end before the monitor has exited, but the monitor's exit code counts.
    this.#result ??= (await this.#serverEnded) ?? result;
    await this.parts.gdb.send("-gdb-exit").catch(() => undefined);
  }
  #result: ProcessResult | undefined;
  #isGdbLost = false;

  hasLostGdb() {
    return this.#isGdbLost;
  }

  #gdbEnded(result: ProcessResult): void {
    if (!this.#hasStarted) return;
    if (this.#result === undefined && !this.#environment.signal.aborted) {
      this.#isGdbLost = true;
      this.#environment.print(`${t("gdb has ended, and the unikernel with it.")}\n`);
    }
    this.#abort.abort(new Error("gdb has ended"));
    this.#end(this.#environment.signal.aborted ? { kind: "cancelled" } : (this.#result ?? result));
  }
}
