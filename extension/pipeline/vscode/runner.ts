import * as vscode from "vscode";
import { problems } from "../../platform/errors.ts";
import { tell } from "../../platform/vscode/tell.ts";
import { doing } from "../../project/describe.ts";
import { projectFor } from "../../project/vscode/pick.ts";
import type { Project, Projects } from "../../project/vscode/projects.ts";
import type { Goal } from "../goals.ts";
import type { Job, Jobs } from "../model.ts";
import type { RunGoal } from "./commands.ts";
import type { Publisher } from "./diagnostics.ts";
import { showOutcome, showProgress } from "./outcome.ts";
import { openConsole, type Console } from "./terminal.ts";
import { t } from "../../platform/l10n.ts";

/** Carries out the commands that start and stop jobs, with a terminal for each unikernel. */
export function createRunner(projects: Projects, jobs: Jobs, publisher: Publisher) {
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
      jobs.start({ unikernel: project, goal, target, options }, observer),
    );
    if (goal === "run" || goal === "build-and-run") console.show();
    showProgress(job, jobs.onChange);
    const result = await job.result;
    // Not awaited: the notification may stay for as long as the user likes.
    void showOutcome(job, result, { firstError: publisher.firstError(project), showOutput: console.show });
    return result;
  };

  return {
    runGoal,
    /** `invokedOn` is what VS Code's menus give, or a unikernel's id. */
    runCommand: async (goal: Goal, invokedOn: unknown) => {
      if (!vscode.workspace.isTrusted) return tell(problems.untrusted());
      const project = await projectFor(projects, invokedOn);
      return project && runGoal(project, goal);
    },
    stop: async (invokedOn: unknown) => {
      const active = jobs.active();
      const id =
        typeof invokedOn === "object" && invokedOn !== null && "id" in invokedOn ? invokedOn.id : undefined;
      const ofProject = active.filter(({ request }) => request.unikernel.id === id);
      const candidates = ofProject.length > 0 ? ofProject : active;
      const chosen =
        candidates.length > 1 && ofProject.length === 0 ? await askForJobs(candidates) : candidates;
      for (const job of chosen) job.cancel();
    },
    dispose: () => {
      for (const console of consoles.values()) console.dispose();
    },
  };
}

async function askForJobs(jobs: readonly Job[]): Promise<readonly Job[]> {
  const items = jobs.map((job) => ({
    label: job.request.unikernel.name,
    description: `${doing(job)} · ${job.request.target}`,
    job,
  }));
  const chosen = await vscode.window.showQuickPick(items, { title: t("Stop"), canPickMany: true });
  return (chosen ?? []).map(({ job }) => job);
}
