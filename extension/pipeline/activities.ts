import type { Activities, Activity } from "../project/model.ts";
import type { Jobs } from "./model.ts";

/** How often the views are updated while a unikernel runs, since they show for how many minutes it has run. */
const uptimeMs = 60_000;

/** A unikernel that a debug session has started. */
export interface LaunchedRun {
  /** The id of a unikernel of the workspace, otherwise the path of the image. */
  readonly unikernel: string;
  readonly name: string;
  readonly target: string;
  /** The id of its log session. */
  readonly session?: string | undefined;
  readonly stop: () => void;
  /** Stops it and runs it again. */
  readonly restart?: (() => void) | undefined;
}

/** The activities of jobs, and the unikernels that run without a job. */
export interface AllActivities extends Activities {
  /** Adds a unikernel that runs now. `end` removes it. */
  readonly addRun: (run: LaunchedRun) => { readonly end: () => void };
}

/** Combines the jobs with the runs of debug sessions. `now` returns the time in milliseconds. */
export function createActivities(jobs: Jobs, now: () => number = Date.now): AllActivities {
  const runs = new Set<Activity>();
  const listeners = new Set<() => void>();
  let timer: NodeJS.Timeout | undefined;
  const active = () => [...jobs.active(), ...runs];
  const notify = () => {
    const isRunning = active().some(({ since }) => since !== undefined);
    if (isRunning) timer ??= setInterval(notify, uptimeMs).unref();
    else {
      clearInterval(timer);
      timer = undefined;
    }
    for (const listener of listeners) listener();
  };
  jobs.onChange(notify);
  return {
    active,
    lastFailure: jobs.lastFailure,
    onChange: (listener) => {
      listeners.add(listener);
      return { dispose: () => listeners.delete(listener) };
    },
    addRun: ({ unikernel: id, name, target, session, stop, restart }) => {
      const run: Activity = {
        request: { unikernel: { id, name }, target },
        step: "run",
        since: now(),
        session,
        prompting: false,
        progress: undefined,
        cancel: stop,
        restart,
      };
      runs.add(run);
      notify();
      return { end: () => void (runs.delete(run) && notify()) };
    },
  };
}
