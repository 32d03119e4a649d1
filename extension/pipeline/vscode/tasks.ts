import * as vscode from "vscode";
import { targetNotReadyCode } from "../../platform/errors.ts";
import { showProblem } from "../../platform/vscode/showProblem.ts";
import { settleRoot } from "../../project/vscode/configureFrom.ts";
import { folderOf, namedProject } from "../../project/vscode/namedProject.ts";
import { chosenOptions, type Project, type Projects } from "../../project/vscode/projects.ts";
import { isTarget } from "../../mirage/targets.ts";
import type { JobResult, Jobs } from "../model.ts";
import { goals, goalTitles, isGoal, type Goal } from "../goals.ts";
import { failedTaskTerminal, taskTerminal } from "./terminal.ts";
import { t } from "../../protocol/l10n.ts";

/** The task type that package.json declares. */
const taskType = "mirage";

/** A task in tasks.json. Its schema is in package.json. */
export interface MirageTaskDefinition extends vscode.TaskDefinition {
  readonly type: typeof taskType;
  readonly goal: Goal;
  /** Folder of config.ml relative to the workspace folder, or the unikernel's name. */
  readonly unikernel?: string;
  readonly target?: string;
  readonly options?: readonly string[];
  readonly arguments?: readonly string[];
}

/** Returns a task for every goal of every unikernel. */
export async function provideTasks(projects: Projects, jobs: Jobs): Promise<vscode.Task[]> {
  await projects.ready;
  const all = projects.all();
  const named = Map.groupBy(all, ({ name }) => name);
  return all.flatMap((project) => {
    const ambiguous = (named.get(project.name)?.length ?? 0) > 1;
    return goals.map((goal) => taskFor(project, goal, ambiguous, projects, jobs));
  });
}

/** Returns the executable form of a task in tasks.json, or undefined if its definition is invalid. */
export async function resolveTask(
  task: vscode.Task,
  projects: Projects,
  jobs: Jobs,
): Promise<vscode.Task | undefined> {
  await projects.ready;
  const definition = task.definition;
  if (!isDefinition(definition)) return undefined;
  const scope = typeof task.scope === "object" ? task.scope : undefined;
  const named = new vscode.Task(
    definition,
    task.scope ?? vscode.TaskScope.Workspace,
    task.name,
    "mirage",
    execution(definition, scope, projects, jobs),
    // Without a list, VS Code asks which problem matcher to use when the user runs the task.
    [],
  );
  named.presentationOptions = presentation(definition.goal);
  return named;
}

function taskFor(
  project: Project,
  goal: Goal,
  ambiguous: boolean,
  projects: Projects,
  jobs: Jobs,
): vscode.Task {
  const folder = vscode.workspace.getWorkspaceFolder(vscode.Uri.file(project.configFile));
  const definition: MirageTaskDefinition = { type: taskType, goal, unikernel: folderOf(project) };
  const task = new vscode.Task(
    definition,
    folder ?? vscode.TaskScope.Workspace,
    `${goal} ${project.name}${ambiguous ? ` (${folderOf(project)})` : ""}`,
    "mirage",
    execution(definition, folder, projects, jobs),
    [],
  );
  task.detail = t("{0} for {1}", goalTitles[goal], project.target);
  task.presentationOptions = presentation(goal);
  if (goal === "build") task.group = vscode.TaskGroup.Build;
  if (goal === "clean") task.group = vscode.TaskGroup.Clean;
  return task;
}

function execution(
  definition: MirageTaskDefinition,
  folder: vscode.WorkspaceFolder | undefined,
  projects: Projects,
  jobs: Jobs,
): vscode.CustomExecution {
  return new vscode.CustomExecution(async (resolved) => {
    // In the resolved definition, VS Code has replaced the `${…}` variables.
    const requested = isDefinition(resolved) ? resolved : definition;
    await projects.ready;
    const named = namedProject(requested.unikernel, folder, projects, "task");
    if (typeof named === "string") return failedTaskTerminal(named);
    const project = await settleRoot(projects, named);
    if (!project) return failedTaskTerminal(t("The folder in which mirage runs was not selected."));
    const target = requested.target ?? project.target;
    if (!isTarget(target)) return failedTaskTerminal(t("Unknown target '{0}'.", target));
    const options = requested.options ?? chosenOptions(projects, project, target);
    const { goal, arguments: bootArguments } = requested;
    return taskTerminal((observer) => {
      const request = { unikernel: project, goal, target, options, bootArguments, isTask: true };
      const job = jobs.start(request, observer);
      void job.result.then(offerAlternatives);
      return job;
    });
  });
}

/** Shows the alternatives to a target that can't be used here: a terminal has no buttons. */
async function offerAlternatives(result: JobResult): Promise<void> {
  if (result.kind === "failed" && result.problem.code === targetNotReadyCode)
    await showProblem(result.problem);
}

function presentation(goal: Goal): vscode.TaskPresentationOptions {
  const runs = goal === "run" || goal === "build-and-run";
  return {
    reveal: runs ? vscode.TaskRevealKind.Always : vscode.TaskRevealKind.Silent,
    panel: vscode.TaskPanelKind.Dedicated,
    showReuseMessage: false,
    clear: true,
  };
}

function isDefinition(definition: vscode.TaskDefinition): definition is MirageTaskDefinition {
  const strings = (value: unknown) =>
    value === undefined || (Array.isArray(value) && value.every((item) => typeof item === "string"));
  const string = (value: unknown) => value === undefined || typeof value === "string";
  return (
    definition.type === taskType &&
    isGoal(definition["goal"]) &&
    string(definition["unikernel"]) &&
    string(definition["target"]) &&
    strings(definition["options"]) &&
    strings(definition["arguments"])
  );
}
