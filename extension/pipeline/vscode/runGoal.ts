import type { Project } from "../../project/vscode/projects.ts";
import type { Goal } from "../goals.ts";
import type { JobResult, LockUpdate } from "../model.ts";

/**
 * Runs a goal for a unikernel as every command does: in the unikernel's terminal, with progress and the outcome in
 * notifications. Aborting the signal cancels this job and no other. `lockUpdate` is for the goal `lock`.
 * `returnsRefusal`: the caller shows why this computer can't build for the target, which is then no notification.
 */
export type RunGoal = (
  project: Project,
  goal: Goal,
  signal?: AbortSignal,
  lockUpdate?: LockUpdate,
  returnsRefusal?: boolean,
) => Promise<JobResult>;
