import type { Project } from "../../project/vscode/projects.ts";
import type { Goal } from "../goals.ts";
import type { JobResult, LockUpdate } from "../model.ts";

/**
 * Runs a goal for a unikernel as every command does: in the unikernel's terminal, with progress and the outcome in
 * notifications. Aborting the signal cancels this job and no other. `lockUpdate` is for the goal `lock`.
 */
export type RunGoal = (
  project: Project,
  goal: Goal,
  signal?: AbortSignal,
  lockUpdate?: LockUpdate,
) => Promise<JobResult>;
