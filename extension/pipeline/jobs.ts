import { ProblemError, problems } from "../platform/errors.ts";
import { createKeyedQueue } from "../platform/keyedQueue.ts";
import type { WorkFailure } from "../project/model.ts";
import type {
  JobProgress,
  Job,
  JobObserver,
  JobRequest,
  JobResult,
  Jobs,
  JobEnvironment,
  StepPosition,
} from "./model.ts";
import type { Progress } from "./output/progress.ts";
import type { Step } from "./goals.ts";

/**
 * Runs jobs: in order and one at a time for each project folder, in parallel for different folders. `now` returns the
 * time in milliseconds.
 */
export function createJobs(environment: JobEnvironment, now: () => number = Date.now): Jobs {
  const queue = createKeyedQueue();
  const active = new Set<Job>();
  const failures = new Map<string, WorkFailure>();
  const listeners = new Set<() => void>();
  const notify = () => {
    for (const listener of listeners) {
      try {
        listener();
      } catch (error) {
        // A defect of a view must not fail the job.
        environment.logError(error);
      }
    }
  };

  /** Other work on the files of a project, which jobs interrupt. */
  const between = new Set<{ readonly root: string; readonly abort: AbortController }>();
  const betweenOf = (root: string) => [...between].filter((each) => each.root === root);

  const start = (request: JobRequest, observer: JobObserver = {}, signal?: AbortSignal): Job => {
    const abort = new AbortController();
    const cancel = () => abort.abort(new Error("cancelled"));
    const status = {
      step: undefined as Step | undefined,
      position: undefined as StepPosition | undefined,
      startedAt: undefined as number | undefined,
      since: undefined as number | undefined,
      session: undefined as string | undefined,
      prompting: false,
      progress: undefined as Progress | undefined,
    };
    const events: JobProgress = {
      onOutput: (bytes, stream) => observer.onOutput?.(bytes, stream),
      onStep: (step, line, position, session) => {
        failures.delete(request.unikernel.id);
        status.step = step;
        status.position = position;
        status.since = step === "run" ? now() : undefined;
        status.session = session;
        status.progress = undefined;
        observer.onStep?.(step, line);
        notify();
      },
      onProgress: (progress) => {
        status.progress = progress;
        notify();
      },
      onPrompt: (open) => {
        if (status.prompting === open) return;
        status.prompting = open;
        notify();
      },
    };
    const failed = (error: unknown): JobResult => {
      if (abort.signal.aborted) return { kind: "cancelled" };
      if (!(error instanceof ProblemError)) environment.logError(error);
      const problem = error instanceof ProblemError ? error.problem : problems.unexpected(error);
      return { kind: "failed", step: status.step ?? "configure", problem, hint: undefined };
    };
    for (const other of betweenOf(request.unikernel.root)) other.abort.abort();
    // The code that runs steps is loaded with the first job.
    const runSteps = async () => {
      status.startedAt = now();
      notify();
      return (await import("./runJob.ts")).runSteps(environment, request, events, abort.signal);
    };
    const result = queue
      .run(request.unikernel.root, runSteps, abort.signal)
      // Outside the queue: a running unikernel must not block the next build of its project.
      .then(
        async (ended) =>
          ended ?? (await import("./runJob.ts")).runUnikernel(environment, request, events, abort.signal),
      )
      .catch(failed)
      .then((ended) => {
        const { id } = request.unikernel;
        if (ended.kind === "failed" && ended.step !== "run")
          failures.set(id, { step: ended.step, at: Date.now() });
        return ended;
      })
      .finally(() => {
        signal?.removeEventListener("abort", cancel);
        active.delete(job);
        notify();
      });
    const job: Job = {
      request,
      get step() {
        return status.step;
      },
      get position() {
        return status.position;
      },
      get startedAt() {
        return status.startedAt;
      },
      get since() {
        return status.since;
      },
      get session() {
        return status.session;
      },
      get prompting() {
        return status.prompting;
      },
      get progress() {
        return status.progress;
      },
      cancel,
      result,
    };
    signal?.addEventListener("abort", cancel);
    if (signal?.aborted) cancel();
    active.add(job);
    notify();
    return job;
  };

  return {
    start,
    active: () => [...active],
    lastFailure: (id) => failures.get(id),
    runBetween: async (root, work, signal) => {
      if (queue.length(root) > betweenOf(root).length) return;
      const mine = { root, abort: new AbortController() };
      const either = AbortSignal.any([signal, mine.abort.signal]);
      between.add(mine);
      try {
        await queue.run(root, () => work(either), either);
      } catch (error) {
        if (!either.aborted) throw error;
      } finally {
        between.delete(mine);
      }
    },
    runQueued: async (root, work, signal) => {
      for (const other of betweenOf(root)) other.abort.abort();
      return queue.run(root, work, signal);
    },
    onChange: (listener) => {
      listeners.add(listener);
      return { dispose: () => listeners.delete(listener) };
    },
  };
}
