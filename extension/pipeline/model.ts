import type { ExitOutcome } from "../logs/model.ts";
import type { Problem } from "../platform/errors.ts";
import type { ProcessResult, ProcessSpec, Run } from "../platform/process.ts";
import type { ProjectState, Unikernel, WorkFailure } from "../project/model.ts";
import type { TargetId } from "../mirage/targets.ts";
import type { OutputProblem } from "./output/outputProblem.ts";
import type { ReadText } from "./output/userSources.ts";
import type { FailureHint } from "./output/failures/failure.ts";
import type { Progress } from "./output/progress.ts";
import type { Goal, Step } from "./goals.ts";
import type { CommandSpec } from "./steps.ts";

/** A requested goal for one unikernel and target. */
export interface JobRequest {
  readonly unikernel: Unikernel;
  readonly goal: Goal;
  readonly target: TargetId;
  /** Arguments of `mirage configure`. */
  readonly options: readonly string[];
  /** Arguments of the unikernel itself. If undefined, those stored for it are used. */
  readonly bootArguments?: readonly string[] | undefined;
  /** Whether a task started the job: its terminal stays in front when the unikernel boots. */
  readonly isTask?: boolean | undefined;
  /** If it is given, a lock keeps as many versions as it can. */
  readonly lockUpdate?: LockUpdate | undefined;
}

/** An update of some packages of a lock file. */
export interface LockUpdate {
  /** The absolute path of the lock file. Another one, such as that of another target, is locked as a whole. */
  readonly lockFile: string;
  /** The lock file without the packages whose versions may change. */
  readonly kept: string;
}

export type OutputStream = "stdout" | "stderr";

/** The number of a step, from 1, among the steps that the job is known to have. */
export interface StepPosition {
  readonly number: number;
  readonly count: number;
}

/** Callbacks of one job. They are called in order, and never after the job's result is known. */
export interface JobObserver {
  readonly onStep?: (step: Step, commandLine: string) => void;
  readonly onOutput?: (bytes: Uint8Array, stream: OutputStream) => void;
}

/** How a job ended. `ending` describes the exit of the unikernel itself. */
export type JobResult =
  | { readonly kind: "done" }
  | { readonly kind: "ran"; readonly ending: ExitOutcome }
  | {
      readonly kind: "failed";
      readonly step: Step;
      readonly problem: Problem;
      readonly hint: FailureHint | undefined;
    }
  | { readonly kind: "cancelled" };

export interface Job {
  readonly request: JobRequest;
  /** Undefined while the job is queued. */
  readonly step: Step | undefined;
  /** Undefined while the job is queued. */
  readonly position: StepPosition | undefined;
  /** When the job left the queue (milliseconds), or undefined while it is queued. */
  readonly startedAt: number | undefined;
  /** When the unikernel was started (milliseconds), or undefined unless it is running. */
  readonly since: number | undefined;
  /** The id of the log session of the running unikernel. */
  readonly session: string | undefined;
  /** Whether a question to the user is open. */
  readonly prompting: boolean;
  readonly progress: Progress | undefined;
  readonly cancel: () => void;
  /** Never rejects. */
  readonly result: Promise<JobResult>;
}

/** A boot that is ready to start: the program, the reader of its console, and the description of its exit. */
export interface Boot {
  readonly spec: ProcessSpec;
  /** A warning in one sentence, to show above the console. */
  readonly note: string | undefined;
  /** The id of the log session. */
  readonly session?: string | undefined;
  /** Called with the process id of the program. */
  readonly onStart?: ((pid: number) => void) | undefined;
  /** Receives the console output as it arrives. */
  readonly onOutput: (bytes: Uint8Array, stream: OutputStream) => void;
  /** Describes how the program ended. Called exactly once. */
  readonly explain: (result: ProcessResult) => ExitOutcome;
}

/** Everything that jobs need from VS Code and the system, as functions that tests can replace. */
export interface JobEnvironment {
  readonly run: Run;
  /** Reads the state of the unikernel's files. Resolves to undefined if its config.ml no longer exists. */
  readonly state: (unikernel: Unikernel) => Promise<ProjectState | undefined>;
  /** Adds the program's path and environment to a command. Rejects with a ProblemError if it cannot. */
  readonly resolve: (command: CommandSpec, unikernel: Unikernel) => Promise<ProcessSpec>;
  /**
   * Prepares to boot the image. Resolves to undefined if the user dismissed a question; `onPrompt` is called with
   * true before a question and with false after the answer.
   */
  readonly boot: (
    request: JobRequest,
    state: ProjectState,
    onPrompt: (open: boolean) => void,
  ) => Promise<Boot | undefined>;
  /**
   * Returns why the target can't be built (or booted, if `boots` is set) on this computer. `installs`: the job can
   * still install missing tools. `builds`: the job builds an image first. Resolves to undefined if nothing is known to
   * prevent it.
   */
  readonly checkTarget: (
    request: JobRequest,
    use: { readonly boots: boolean; readonly builds: boolean; readonly installs: boolean },
  ) => Promise<Problem | undefined>;
  /** Asks the user whether to fetch dependencies before a build. */
  readonly confirmFetch: (unikernel: Unikernel, why: string) => Promise<"fetch" | "build" | "cancel">;
  /**
   * Called after a lock has replaced a lock file, with the previous contents. Lets the user restore them; `onPrompt` is
   * called as by `boot`.
   */
  readonly reviewLock: (
    lock: { readonly name: string; readonly path: string; readonly before: string },
    onPrompt: (open: boolean) => void,
    signal: AbortSignal,
  ) => Promise<void>;
  /** Called after a successful build with the time at which it started (milliseconds). */
  readonly built: (request: JobRequest, startedAt: number) => Promise<void>;
  /** Called when dependencies were fetched. */
  readonly fetched: (request: JobRequest) => Promise<void>;
  /**
   * Replaces the reported problems of a step. The list is empty when the step starts and if it found none. `readText`
   * returns the text of a file as the step saw it.
   */
  readonly report: (
    unikernel: Unikernel,
    step: Step,
    found: readonly OutputProblem[],
    readText: ReadText,
  ) => Promise<void> | void;
  /** Logs an error that is not a ProblemError, which means a defect of the extension. */
  readonly logError: (error: unknown) => void;
}

export interface Jobs {
  /** Aborting the signal cancels this job and no other. */
  readonly start: (request: JobRequest, observer?: JobObserver, signal?: AbortSignal) => Job;
  /** Jobs that are running or queued, oldest first. */
  readonly active: () => readonly Job[];
  /**
   * Runs other work on the files of a project folder, unless a job of that folder is running or queued. If a job is started,
   * the signal of the work is aborted, and the job waits until the work has ended. Rejects as the work does.
   */
  readonly runBetween: (
    root: string,
    work: (signal: AbortSignal) => Promise<void>,
    signal: AbortSignal,
  ) => Promise<void>;
  /**
   * Runs other work on the files of a project folder in the order of its jobs: after those that were started before, and
   * before later ones. Settles as the work does; rejects if the signal is aborted before the work starts.
   */
  readonly runQueued: <T>(root: string, work: () => Promise<T>, signal: AbortSignal) => Promise<T>;
  /** How the last job that worked on this unikernel's files failed; undefined if it did not. */
  readonly lastFailure: (id: string) => WorkFailure | undefined;
  /** Calls the listener when a job starts, reaches a step, reports progress or ends. */
  readonly onChange: (listener: () => void) => { dispose: () => void };
}

/** The events that running a job sends to the job. */
export interface JobProgress extends Required<Omit<JobObserver, "onStep">> {
  /** `session` is the log session of the step `run`. */
  readonly onStep: (step: Step, commandLine: string, position: StepPosition, session?: string) => void;
  readonly onProgress: (progress: Progress) => void;
  /** Called with true before the user is asked a question, and with false after the answer. */
  readonly onPrompt: (open: boolean) => void;
}
