import { existsSync, readFileSync } from "node:fs";
import { problems, ProblemError, type Problem } from "../platform/errors.ts";
import { lineSplitter } from "../platform/lines.ts";
import type { ProcessResult, ProcessSpec, Run } from "../platform/process.ts";
import { createStrand } from "../platform/strand.ts";
import type { ProjectState, Unikernel } from "../project/model.ts";
import type { TargetId } from "../toolchain/targets.ts";
import { outputParser, type OutputProblem } from "./diagnostics.ts";
import { failureWatcher, type FailureHint } from "./failures.ts";
import { stepProgress, type Progress } from "./progress.ts";
import {
  commandOf,
  fetchSteps,
  missingDependencies,
  stepsOf,
  type CommandSpec,
  type Goal,
  type Step,
} from "./steps.ts";

/** What is wanted: a goal for one unikernel with one target. */
export interface JobRequest {
  readonly unikernel: Unikernel;
  readonly goal: Goal;
  readonly target: TargetId;
  /** Arguments of `mirage configure`. */
  readonly options: readonly string[];
  /** Arguments for the unikernel itself. */
  readonly bootArguments: readonly string[];
}

/** Follows one job from outside; called in order, never after the job's result is there. */
export interface JobObserver {
  readonly onStep?: (step: Step, commandLine: string) => void;
  readonly onOutput?: (bytes: Uint8Array) => void;
}

/** How a job ended. `run` is the unikernel's own end, in words. */
export type JobResult =
  | { readonly kind: "done" }
  | { readonly kind: "ran"; readonly result: ProcessResult; readonly inWords: string }
  | {
      readonly kind: "failed";
      readonly step: Step;
      readonly problem: Problem;
      readonly hint: FailureHint | undefined;
    }
  | { readonly kind: "cancelled" };

export interface Job {
  readonly request: JobRequest;
  /** Undefined while the job waits for its turn. */
  readonly step: Step | undefined;
  readonly progress: Progress | undefined;
  readonly cancel: () => void;
  readonly result: Promise<JobResult>;
}

/** What a boot plan comes to: a program, what reads its console, and how to tell its end in words. */
export interface Boot {
  readonly spec: ProcessSpec;
  /** What may still go wrong, one sentence to show before the console. */
  readonly note: string | undefined;
  /** Reads the console as it comes. */
  readonly onOutput: (bytes: Uint8Array) => void;
  readonly explain: (result: ProcessResult) => string;
}

/** All that jobs need from the world, each a function so that tests can give their own. */
export interface JobWorld {
  readonly run: Run;
  /** Reads the state of the unikernel's files afresh; undefined when its config.ml is gone. */
  readonly state: (unikernel: Unikernel) => Promise<ProjectState | undefined>;
  /** Gives a command its program's path and environment. Throws a ProblemError when it has none. */
  readonly resolve: (command: CommandSpec, unikernel: Unikernel) => Promise<ProcessSpec>;
  readonly boot: (request: JobRequest, state: ProjectState) => Promise<Boot>;
  /** Asks whether to fetch dependencies before a build. */
  readonly confirmFetch: (unikernel: Unikernel, why: string) => Promise<"fetch" | "build" | "cancel">;
  /** Called when a build has succeeded that began at this time (milliseconds). */
  readonly built: (request: JobRequest, beganAt: number) => Promise<void>;
  /** What a step's output said, replacing what the same step said before; empty when it went well. */
  readonly report: (unikernel: Unikernel, step: Step, found: readonly OutputProblem[]) => void;
}

export interface Jobs {
  readonly start: (request: JobRequest, observer?: JobObserver) => Job;
  /** Jobs that run or wait, oldest first. */
  readonly active: () => readonly Job[];
  /** Calls back whenever a job begins, goes on to a step, reports progress or ends. */
  readonly onChange: (listener: () => void) => { dispose: () => void };
}

/** Runs jobs: one at a time and in order for each project folder, projects in parallel. */
export function createJobs(world: JobWorld): Jobs {
  const strand = createStrand();
  const active = new Set<Job>();
  const listeners = new Set<() => void>();
  const changed = () => {
    for (const listener of listeners) listener();
  };

  const start = (request: JobRequest, observer: JobObserver = {}): Job => {
    const abort = new AbortController();
    const work = { step: undefined as Step | undefined, progress: undefined as Progress | undefined };
    const follow: Follow = {
      onOutput: (bytes) => observer.onOutput?.(bytes),
      onStep: (step, line) => {
        work.step = step;
        work.progress = undefined;
        observer.onStep?.(step, line);
        changed();
      },
      onProgress: (progress) => {
        work.progress = progress;
        changed();
      },
    };
    const turn = () => prepare(world, request, follow, abort.signal);
    const result = strand
      .run(request.unikernel.root, turn, abort.signal)
      // A unikernel that runs must not keep the next build of its project waiting.
      .then((ended) => ended ?? runUnikernel(world, request, follow, abort.signal))
      .catch((error: unknown): JobResult => {
        if (abort.signal.aborted) return { kind: "cancelled" };
        if (!(error instanceof ProblemError)) throw error;
        return { kind: "failed", step: work.step ?? "configure", problem: error.problem, hint: undefined };
      })
      .finally(() => {
        active.delete(job);
        changed();
      });
    const job: Job = {
      request,
      get step() {
        return work.step;
      },
      get progress() {
        return work.progress;
      },
      cancel: () => abort.abort(new Error("cancelled")),
      result,
    };
    active.add(job);
    changed();
    return job;
  };

  return {
    start,
    active: () => [...active],
    onChange: (listener) => {
      listeners.add(listener);
      return { dispose: () => listeners.delete(listener) };
    },
  };
}

interface Follow extends Required<JobObserver> {
  readonly onProgress: (progress: Progress) => void;
}

/** Everything before the unikernel runs. Undefined when all went well and it is to run now. */
async function prepare(
  world: JobWorld,
  request: JobRequest,
  follow: Follow,
  signal: AbortSignal,
): Promise<JobResult | undefined> {
  const { unikernel, goal, target, options } = request;
  const state = await stateOf(world, unikernel);
  const steps = [...stepsOf(goal, state, target, options)];
  while (steps[0] !== undefined && steps[0] !== "run") {
    const step = steps.shift() as Exclude<Step, "run">;
    if (step === "build") {
      const why = missingDependencies(await stateOf(world, unikernel));
      const answer = why === undefined ? "build" : await world.confirmFetch(unikernel, why);
      if (answer === "cancel" || signal.aborted) return { kind: "cancelled" };
      for (const fetch of answer === "fetch" ? fetchSteps : []) {
        const failed = await runStep(world, request, fetch, follow, signal);
        if (failed) return failed;
      }
    }
    const failed = await runStep(world, request, step, follow, signal);
    if (failed) return failed;
  }
  return steps[0] === "run" ? undefined : { kind: "done" };
}

/** Runs one program of the pipeline. Undefined when it succeeded. */
async function runStep(
  world: JobWorld,
  request: JobRequest,
  step: Exclude<Step, "run">,
  follow: Follow,
  signal: AbortSignal,
): Promise<JobResult | undefined> {
  const { unikernel, target } = request;
  await stateOf(world, unikernel);
  const command = commandOf(step, unikernel, target, request.options);
  const spec = await world.resolve(command, unikernel);
  follow.onStep(step, commandLine(command));
  world.report(unikernel, step, []);
  const parser = outputParser({ root: unikernel.root, configFile: unikernel.configFile, ...sourceReader() });
  const failures = failureWatcher({ step, target, root: unikernel.root });
  const progress = stepProgress();
  const feed = (line: string) => {
    parser.line(line);
    failures.line(line);
    const now = progress.line(line);
    if (now) follow.onProgress(now);
  };
  const [out, err] = [lineSplitter(feed), lineSplitter(feed)];
  const beganAt = Date.now();
  const result = await world.run(spec, {
    signal,
    onStdout: (bytes) => {
      follow.onOutput(bytes);
      out.push(bytes);
    },
    onStderr: (bytes) => {
      follow.onOutput(bytes);
      err.push(bytes);
    },
  });
  out.end();
  err.end();
  const found = parser.end();
  world.report(unikernel, step, found);
  const state = step === "clean" ? undefined : await stateOf(world, unikernel);
  if (result.kind === "cancelled") return { kind: "cancelled" };
  const problem = failureOf(step, command.tool, result, found, state, target);
  if (problem) return { kind: "failed", step, problem, hint: failures.end() };
  if (step === "build") await world.built(request, beganAt);
  return undefined;
}

async function runUnikernel(
  world: JobWorld,
  request: JobRequest,
  follow: Follow,
  signal: AbortSignal,
): Promise<JobResult> {
  const boot = await world.boot(request, await stateOf(world, request.unikernel));
  follow.onStep("run", [boot.spec.file, ...boot.spec.args].join(" "));
  if (boot.note !== undefined) follow.onOutput(Buffer.from(`${boot.note}\n`));
  const onOutput = (bytes: Uint8Array) => {
    follow.onOutput(bytes);
    boot.onOutput(bytes);
  };
  const result = await world.run(boot.spec, { signal, onStdout: onOutput, onStderr: onOutput });
  if (result.kind === "cancelled") return { kind: "cancelled" };
  if (result.kind === "notFound") throw new ProblemError(problems.toolFailed(boot.spec.file, result.reason));
  return { kind: "ran", result, inWords: boot.explain(result) };
}

function failureOf(
  step: Step,
  tool: string,
  result: ProcessResult,
  found: readonly OutputProblem[],
  state: ProjectState | undefined,
  target: string,
): Problem | undefined {
  if (result.kind === "notFound") return problems.toolFailed(tool, result.reason);
  const first = found.find(({ severity }) => severity === "error");
  if (result.kind === "signalled") return problems.stepFailed(step, `${tool} was ended by ${result.signal}`);
  if (result.kind === "exited" && result.code !== 0) {
    return problems.stepFailed(
      step,
      first ? firstLine(first.message) : `${tool} ended with exit code ${result.code}`,
    );
  }
  // Both happen with exit code 0: a config.ml without register, and a dune file that builds nothing.
  if (step === "configure" && !isConfigured(state, target)) return problems.nothingConfigured();
  if (step === "build" && state && !state.image) return problems.noImage(target);
  return undefined;
}

/** Looks at source files for the output parser: at few of them, and only when a step has said something. */
function sourceReader() {
  const files = new Map<string, readonly string[]>();
  return {
    exists: existsSync,
    readLine: (file: string, line: number) => {
      const lines = files.get(file) ?? linesOf(file);
      files.set(file, lines);
      return lines[line];
    },
  };
}

function linesOf(file: string): readonly string[] {
  try {
    return readFileSync(file, "utf8").split(/\r?\n/);
  } catch {
    // Gone or unreadable: columns then stay as the compiler counted them.
    return [];
  }
}

function isConfigured(state: ProjectState | undefined, target: string): boolean {
  return state?.configured?.target === target && !state.stale.some(({ step }) => step === "configure");
}

async function stateOf(world: JobWorld, unikernel: Unikernel): Promise<ProjectState> {
  const state = await world.state(unikernel);
  if (!state) throw new ProblemError(problems.projectGone(unikernel.name));
  return state;
}

const firstLine = (text: string) => text.split("\n", 1)[0] ?? "";

/** How a command is shown: as one would type it, arguments with odd characters in quotes. */
export function commandLine({ tool, args }: Pick<CommandSpec, "tool" | "args">): string {
  return [tool, ...args]
    .map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`))
    .join(" ");
}
