import * as vscode from "vscode";
import { problems } from "../../platform/errors.ts";
import { tell } from "../../platform/vscode/tell.ts";
import { projectFor } from "../../project/vscode/pick.ts";
import type { Project, Projects } from "../../project/vscode/projects.ts";
import type { Job, JobResult, Jobs } from "../model.ts";
import { goals, type Goal } from "../steps.ts";
import type { Publisher } from "./diagnostics.ts";
import { commandOfGoal, showOutcome, showProgress } from "./outcome.ts";
import { openConsole, type Console } from "./terminal.ts";

/** Runs a goal for a unikernel as every command does: in its terminal, with progress and outcome shown. */
export type RunGoal = (project: Project, goal: Goal) => Promise<JobResult>;

/** The commands that start and stop jobs, by id. Arguments are those of VS Code's menus, or an id. */
export function createCommands(projects: Projects, jobs: Jobs, publisher: Publisher) {
  const consoles = new Map<string, Console & vscode.Disposable>();
  const consoleOf = (project: Project): Console => {
    const open = consoles.get(project.id);
    if (open) return open;
    const opened = openConsole(`MirageOS: ${project.name}`, () => consoles.delete(project.id));
    consoles.set(project.id, opened);
    return opened;
  };

  const runGoal: RunGoal = async (project, goal) => {
    const { target, options } = project;
    // What is being edited is what should be built, as with VS Code's own tasks.
    if (vscode.workspace.textDocuments.some(({ isDirty }) => isDirty)) await vscode.workspace.saveAll(false);
    const console = consoleOf(project);
    const job = console.follow((observer) =>
      jobs.start({ unikernel: project, goal, target, options, bootArguments: [] }, observer),
    );
    if (goal === "run" || goal === "build-and-run") console.show();
    showProgress(job, jobs.onChange);
    const result = await job.result;
    // Not awaited: the notification may stay for as long as the user likes.
    void showOutcome(job, result, { firstError: publisher.firstError(project), showOutput: console.show });
    return result;
  };

  const command = (goal: Goal) => async (invokedOn: unknown) => {
    if (!vscode.workspace.isTrusted) return tell(problems.untrusted());
    const project = await projectFor(projects, invokedOn);
    return project && runGoal(project, goal);
  };

  const stop = async (invokedOn: unknown) => {
    const active = jobs.active();
    const id =
      typeof invokedOn === "object" && invokedOn !== null && "id" in invokedOn ? invokedOn.id : undefined;
    const ofProject = active.filter(({ request }) => request.unikernel.id === id);
    const candidates = ofProject.length > 0 ? ofProject : active;
    const chosen =
      candidates.length > 1 && ofProject.length === 0 ? await askForJobs(candidates) : candidates;
    for (const job of chosen) job.cancel();
  };

  return {
    runGoal,
    table: {
      ...Object.fromEntries(goals.map((goal) => [commandOfGoal[goal], command(goal)])),
      "mirageos.stop": stop,
    } as Record<string, (invokedOn: unknown) => Promise<unknown>>,
    dispose: () => {
      for (const console of consoles.values()) console.dispose();
    },
  };
}

async function askForJobs(jobs: readonly Job[]): Promise<readonly Job[]> {
  const items = jobs.map((job) => ({
    label: job.request.unikernel.name,
    description: `${job.step ?? "waiting"} · ${job.request.target}`,
    job,
  }));
  const chosen = await vscode.window.showQuickPick(items, { title: "Stop", canPickMany: true });
  return (chosen ?? []).map(({ job }) => job);
}
