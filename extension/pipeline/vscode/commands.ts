import type { RunGoal } from "./runGoal.ts";
import type * as vscode from "vscode";
import { lazy } from "../../platform/lazy.ts";
import type { Activities } from "../../project/model.ts";
import type { Projects } from "../../project/vscode/projects.ts";
import { commandOfGoal, goals, type Goal } from "../goals.ts";
import type { Jobs } from "../model.ts";
import type { Publisher } from "./diagnostics.ts";

/** The commands that start and stop jobs. */
export interface JobCommands extends vscode.Disposable {
  readonly runGoal: RunGoal;
  /** Handlers by command id. Their argument is what VS Code's menus pass, or the id of a unikernel. */
  readonly table: Readonly<Record<string, (invokedOn: unknown) => Promise<unknown>>>;
}

/** The implementation is loaded with the first command. */
export function createCommands(
  projects: Projects,
  jobs: Jobs,
  activities: Activities,
  publisher: () => Promise<Publisher>,
): JobCommands {
  const runner = lazy(async () =>
    (await import("./runner.ts")).createRunner(projects, jobs, activities, await publisher()),
  );
  const command = (goal: Goal) => async (invokedOn: unknown) =>
    (await runner.get()).runCommand(goal, invokedOn);
  return {
    runGoal: async (...args) => (await runner.get()).runGoal(...args),
    table: {
      ...Object.fromEntries(goals.map((goal) => [commandOfGoal[goal], command(goal)])),
      "mirageos.stop": async (invokedOn) => (await runner.get()).stop(invokedOn),
      "mirageos.restart": async (invokedOn) => (await runner.get()).restart(invokedOn),
    },
    dispose: runner.dispose,
  };
}
