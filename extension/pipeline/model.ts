import type { Ending } from "../logs/model.ts";
import type { Problem } from "../platform/errors.ts";
import type { ProcessResult, ProcessSpec, Run } from "../platform/process.ts";
import type { ProjectState, Unikernel } from "../project/model.ts";
import type { TargetId } from "../toolchain/targets.ts";
import type { OutputProblem } from "./diagnostics.ts";
import type { FailureHint } from "./failure.ts";
import type { Progress } from "./progress.ts";
import type { Goal, Step } from "./goals.ts";
import type { CommandSpec } from "./steps.ts";

/** What is wanted: a goal for one unikernel with one target. */
export interface JobRequest {
  readonly unikernel: Unikernel;
  readonly goal: Goal;
  readonly target: TargetId;
  /** Arguments of `mirage configure`. */
  readonly options: readonly string[];
  /** Arguments for the unikernel itself; without them those remembered for it. */
  readonly bootArguments?: readonly string[] | undefined;
}

/** Follows one job from outside; called in order, never after the job's result is there. */
export interface JobObserver {
  readonly onStep?: (step: Step, commandLine: string) => void;
  readonly onOutput?: (bytes: Uint8Array) => void;
}

/** How a job ended. `run` is the unikernel's own end, in words. */
export type JobResult =
  | { readonly kind: "done" }
  | { readonly kind: "ran"; readonly ending: Ending }
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
  /** Whether it waits for the user's answer to a question. */
  readonly asking: boolean;
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
  readonly onOutput: (bytes: Uint8Array, stream: "stdout" | "stderr") => void;
  /** Called once, when the program has ended, however it did. */
  readonly explain: (result: ProcessResult) => Ending;
}

/** All that jobs need from the world, each a function so that tests can give their own. */
export interface JobWorld {
  readonly run: Run;
  /** Reads the state of the unikernel's files afresh; undefined when its config.ml is gone. */
  readonly state: (unikernel: Unikernel) => Promise<ProjectState | undefined>;
  /** Gives a command its program's path and environment. Throws a ProblemError when it has none. */
  readonly resolve: (command: CommandSpec, unikernel: Unikernel) => Promise<ProcessSpec>;
  /** Undefined when a question about the boot was dismissed. `asking` tells when one is asked and answered. */
  readonly boot: (
    request: JobRequest,
    state: ProjectState,
    asking: (on: boolean) => void,
  ) => Promise<Boot | undefined>;
  /** Asks whether to fetch dependencies before a build. */
  readonly confirmFetch: (unikernel: Unikernel, why: string) => Promise<"fetch" | "build" | "cancel">;
  /** Called when a build has succeeded that began at this time (milliseconds). */
  readonly built: (request: JobRequest, beganAt: number) => Promise<void>;
  /** What a step's output said, replacing what the same step said before; empty when it went well. */
  readonly report: (
    unikernel: Unikernel,
    step: Step,
    found: readonly OutputProblem[],
  ) => Promise<void> | void;
}

export interface Jobs {
  readonly start: (request: JobRequest, observer?: JobObserver) => Job;
  /** Jobs that run or wait, oldest first. */
  readonly active: () => readonly Job[];
  /** Calls back whenever a job begins, goes on to a step, reports progress or ends. */
  readonly onChange: (listener: () => void) => { dispose: () => void };
}

/** What the work of a job reports to the job. */
export interface Follow extends Required<JobObserver> {
  readonly onProgress: (progress: Progress) => void;
  /** Called with true before the user is asked something, and with false when the answer is there. */
  readonly onAsking: (on: boolean) => void;
}
