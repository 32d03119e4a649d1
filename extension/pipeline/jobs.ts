import { ProblemError } from "../platform/errors.ts";
import { createStrand } from "../platform/strand.ts";
import type { Follow, Job, JobObserver, JobRequest, JobResult, Jobs, JobWorld } from "./model.ts";
import type { Progress } from "./progress.ts";
import type { Step } from "./goals.ts";

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
    const work = {
      step: undefined as Step | undefined,
      asking: false,
      progress: undefined as Progress | undefined,
    };
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
      onAsking: (on) => {
        if (work.asking === on) return;
        work.asking = on;
        changed();
      },
    };
    // What does the work is loaded with the first job.
    const turn = async () => (await import("./work.ts")).prepare(world, request, follow, abort.signal);
    const result = strand
      .run(request.unikernel.root, turn, abort.signal)
      // A unikernel that runs must not keep the next build of its project waiting.
      .then(
        async (ended) =>
          ended ?? (await import("./work.ts")).runUnikernel(world, request, follow, abort.signal),
      )
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
      get asking() {
        return work.asking;
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
