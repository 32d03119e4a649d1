import type * as vscode from "vscode";
import { lazy } from "../../platform/lazy.ts";
import type { Project, Projects } from "../../project/vscode/projects.ts";
import { commandOfGoal, goals, type Goal } from "../goals.ts";
import type { JobResult, Jobs } from "../model.ts";
import type { Publisher } from "./diagnostics.ts";

/** Runs a goal for a unikernel as every command does: in its terminal, with progress and outcome shown. */
export type RunGoal = (project: Project, goal: Goal) => Promise<JobResult>;

/** The commands that start and stop jobs. */
export interface JobCommands extends vscode.Disposable {
  readonly runGoal: RunGoal;
  /** By id; their argument is that of VS Code's menus, or a unikernel's id. */
  readonly table: Readonly<Record<string, (invokedOn: unknown) => Promise<unknown>>>;
}

/** What carries the commands out is loaded with the first of them. */
export function createCommands(
  projects: Projects,
  jobs: Jobs,
  publisher: () => Promise<Publisher>,
): JobCommands {
  const runner = lazy(async () =>
    (await import("./runner.ts")).createRunner(projects, jobs, await publisher()),
  );
  const command = (goal: Goal) => async (on: unknown) => (await runner.get()).runCommand(goal, on);
  return {
    runGoal: async (project, goal) => (await runner.get()).runGoal(project, goal),
    table: {
      ...Object.fromEntries(goals.map((goal) => [commandOfGoal[goal], command(goal)])),
      "mirageos.stop": async (on) => (await runner.get()).stop(on),
    },
    dispose: runner.dispose,
  };
}
