import * as vscode from "vscode";
import { problems } from "../../platform/errors.ts";
import { showProblem } from "../../platform/vscode/showProblem.ts";
import { describeActivity } from "../../project/describeState.ts";
import { settleRoot } from "../../project/vscode/configureFrom.ts";
import { projectFor } from "../../project/vscode/pickProject.ts";
import type { Project, Projects } from "../../project/vscode/projects.ts";
import { createFailureNotices } from "../failureNotices.ts";
import type { Goal } from "../goals.ts";
import type { Job, Jobs } from "../model.ts";
import type { RunGoal } from "./runGoal.ts";
import type { Publisher } from "./diagnostics.ts";
import { showOutcome, showProgress } from "./outcome.ts";
import { openJobTerminal, type JobTerminal } from "./terminal.ts";
import { t } from "../../protocol/l10n.ts";

/** Implements the commands that start and stop jobs. Each unikernel has one terminal. */
export function createRunner(projects: Projects, jobs: Jobs, publisher: Publisher) {
  const terminals = new Map<string, JobTerminal & vscode.Disposable>();
  const notices = createFailureNotices();
  const terminalFor = (project: Project): JobTerminal => {
    const existing = terminals.get(project.id);
    if (existing) return existing;
    const opened = openJobTerminal(`MirageOS: ${project.name}`, () => terminals.delete(project.id));
    terminals.set(project.id, opened);
    return opened;
  };

  const runGoal: RunGoal = async (requested, goal, signal) => {
    const project = await settleRoot(projects, requested);
    if (!project) return { kind: "cancelled" };
    const { target, options } = project;
    // Save all editors first, as VS Code does before its own tasks.
    if (vscode.workspace.textDocuments.some(({ isDirty }) => isDirty)) await vscode.workspace.saveAll(false);
    const terminal = terminalFor(project);
    const job = terminal.startJob((observer) =>
      jobs.start({ unikernel: project, goal, target, options }, observer, signal),
    );
    if (goal === "run" || goal === "build-and-run") terminal.show();
    showProgress(job, jobs.onChange);
    const result = await job.result;
    // Not awaited, because the notification stays until the user closes it.
    showOutcome(job, result, notices, {
      firstError: () => publisher.firstError(project),
      showOutput: terminal.show,
    }).catch((error: unknown) => showProblem(problems.unexpected(error)));
    return result;
  };

  return {
    runGoal,
    /** `invokedOn` is the argument that VS Code's menus pass, or the id of a unikernel. */
    runCommand: async (goal: Goal, invokedOn: unknown) => {
      if (!vscode.workspace.isTrusted) return showProblem(problems.untrusted());
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
        candidates.length > 1 && ofProject.length === 0 ? await pickJobs(candidates) : candidates;
      for (const job of chosen) job.cancel();
    },
    dispose: () => {
      for (const terminal of terminals.values()) terminal.dispose();
    },
  };
}

async function pickJobs(jobs: readonly Job[]): Promise<readonly Job[]> {
  const items = jobs.map((job) => ({
    label: job.request.unikernel.name,
    description: `${describeActivity(job)} · ${job.request.target}`,
    job,
  }));
  const chosen = await vscode.window.showQuickPick(items, {
    title: t("Select Jobs to Stop"),
    canPickMany: true,
  });
  return (chosen ?? []).map(({ job }) => job);
}
