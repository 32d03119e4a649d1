import * as vscode from "vscode";
import { problems } from "../../platform/errors.ts";
import { showProblem } from "../../platform/vscode/showProblem.ts";
import { labelOf, type Activities, type Activity } from "../../project/model.ts";
import { describeActivity, describeUptime } from "../../project/describeState.ts";
import { settleRoot } from "../../project/vscode/configureFrom.ts";
import { idOf, projectFor } from "../../project/vscode/pickProject.ts";
import type { Project, Projects } from "../../project/vscode/projects.ts";
import { createFailureNotices, isRefusal } from "../failureNotices.ts";
import type { Goal } from "../goals.ts";
import type { JobRequest, JobResult, Jobs } from "../model.ts";
import { stopGroups, type StopGroup } from "../stopGroups.ts";
import type { RunGoal } from "./runGoal.ts";
import type { Publisher } from "./diagnostics.ts";
import { showOutcome, showProgress } from "./jobNotifications.ts";
import { openJobTerminal, type JobTerminal } from "./terminal.ts";
import { t } from "../../protocol/l10n.ts";

/** Implements the commands that start and stop jobs. Each unikernel has one terminal. */
export function createRunner(projects: Projects, jobs: Jobs, activities: Activities, publisher: Publisher) {
  const terminals = new Map<string, JobTerminal & vscode.Disposable>();
  const notices = createFailureNotices();
  const terminalFor = (project: Project): JobTerminal => {
    const existing = terminals.get(project.id);
    if (existing) return existing;
    const opened = openJobTerminal(`${labelOf(project)} · MirageOS`, () => terminals.delete(project.id));
    terminals.set(project.id, opened);
    return opened;
  };

  const runJob = async (
    requested: Project,
    goal: Goal,
    more: Pick<JobRequest, "lockUpdate" | "bootArguments">,
    signal: AbortSignal | undefined,
    returnsRefusal = false,
  ): Promise<JobResult> => {
    const project = await settleRoot(projects, requested);
    if (!project) return { kind: "cancelled" };
    const { target, options } = project;
    // Save all editors first, as VS Code does before its own tasks.
    if (vscode.workspace.textDocuments.some(({ isDirty }) => isDirty)) await vscode.workspace.saveAll(false);
    const terminal = terminalFor(project);
    const job = terminal.startJob((observer) =>
      jobs.start({ unikernel: project, goal, target, options, ...more }, observer, signal),
    );
    if (goal === "run" || goal === "build-and-run") terminal.show();
    showProgress(job, jobs.onChange);
    const result = await job.result;
    if (returnsRefusal && isRefusal(result)) return result;
    // Not awaited, because the notification stays until the user closes it.
    showOutcome(job, result, notices, {
      firstError: () => publisher.firstError(project),
      showOutput: terminal.show,
      image: () => projects.get(project.id)?.state.image,
    }).catch((error: unknown) => showProblem(problems.unexpected(error)));
    return result;
  };
  const runGoal: RunGoal = (project, goal, signal, lockUpdate, returnsRefusal) =>
    runJob(project, goal, { lockUpdate }, signal, returnsRefusal);

  return {
    runGoal,
    /** `invokedOn` is the argument that VS Code's menus pass, or the id of a unikernel. */
    runCommand: async (goal: Goal, invokedOn: unknown) => {
      if (!vscode.workspace.isTrusted) return showProblem(problems.untrusted());
      const project = await projectFor(projects, invokedOn);
      return project && runGoal(project, goal);
    },
    /** Asks which if several unikernels are active, or if one is running and built at the same time. */
    stop: async (invokedOn: unknown) => {
      const running = runOf(activities, invokedOn);
      if (running) return running.cancel();
      const groups = stopGroups(activities.active(), idOf(invokedOn), projects.selected()?.id);
      const chosen = groups.length > 1 ? await pickGroups(groups) : groups;
      for (const activity of chosen.flat()) activity.cancel();
    },
    /** Stops the unikernel of a row of the view Running, and runs its image again. */
    restart: async (invokedOn: unknown) => {
      const running = runOf(activities, invokedOn);
      if (running?.restart) return running.restart();
      const job = jobs.active().find((each) => each === running);
      const project = job && projects.get(job.request.unikernel.id);
      if (!project) return;
      const { target, options, bootArguments } = job.request;
      job.cancel();
      await job.result;
      await runJob({ ...project, target, options }, "run", { bootArguments }, undefined);
    },
    dispose: () => {
      for (const terminal of terminals.values()) terminal.dispose();
    },
  };
}

/** The running unikernel whose log session an element of a view names. */
function runOf(activities: Activities, invokedOn: unknown): Activity | undefined {
  if (typeof invokedOn !== "object" || invokedOn === null || !("session" in invokedOn)) return undefined;
  const { session } = invokedOn;
  return session === undefined ? undefined : activities.active().find((each) => each.session === session);
}

/** Lets the user choose what to stop. Resolves to an empty list if the picker is dismissed. */
async function pickGroups(groups: readonly StopGroup[]): Promise<readonly StopGroup[]> {
  const items = groups.map((group) => {
    const [{ request, since, step, prompting }] = group;
    const what =
      since === undefined ? describeActivity({ step, prompting }) : describeUptime(since, Date.now());
    return { label: labelOf(request.unikernel), description: `${request.target} · ${what}`, groups: [group] };
  });
  const all = { label: t("Stop All"), groups };
  const separator = { label: "", kind: vscode.QuickPickItemKind.Separator, groups: [] };
  const chosen = await vscode.window.showQuickPick([...items, separator, all], {
    title: t("Stop"),
    placeHolder: t("Choose what to stop"),
    matchOnDescription: true,
  });
  return chosen?.groups ?? [];
}
