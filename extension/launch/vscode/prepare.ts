import { basename, dirname, extname, join, resolve } from "node:path";
import * as vscode from "vscode";
import { problems, ProblemError, type Problem } from "../../platform/errors.ts";
import { tell } from "../../platform/vscode/tell.ts";
import type { JobResult, Jobs } from "../../pipeline/model.ts";
import type { Goal } from "../../pipeline/goals.ts";
import { needsConfigure } from "../../pipeline/steps.ts";
import { namedProject, projectFor } from "../../project/vscode/pick.ts";
import type { Project } from "../../project/vscode/projects.ts";
import { artifactOf, hostTarget, targetOfFile, type TargetId } from "../../toolchain/targets.ts";
import type { Place } from "../../toolchain/vscode/toolchain.ts";
import { parseConfiguration, unfitFor, unknownVariable, type LaunchConfiguration } from "../configuration.ts";
import { logFileIn, logFileWriter } from "../logFile.ts";
import type { LogWriter, Prepared, Refused, SessionWorld } from "../session.ts";
import type { BootArgumentParts } from "./bootArguments.ts";
import { inWorkspace, readyBoot, revealLogs } from "./ready.ts";
import { t } from "../../platform/l10n.ts";

/** What the launcher uses of the rest of the extension. */
export interface Launcher extends BootArgumentParts {
  readonly jobs: Jobs;
  readonly runGoal: (project: Project, goal: Goal) => Promise<JobResult>;
  /** Whether the log panel is seen: bringing it to the front again would keep the window busy. */
  readonly logsShown: () => boolean;
  /** Opens a log for one run; absent: nothing keeps logs. */
  readonly begin?: (run: {
    readonly name: string;
    readonly unikernel: string;
    readonly target: string;
  }) => LogWriter | Promise<LogWriter>;
}

/** What is booted: a unikernel of the workspace, or a program that needs none. */
interface Subject {
  readonly project: Project | undefined;
  readonly name: string;
  readonly place: Place;
  readonly target: TargetId;
}

const refusedBy = (problem: Problem): Refused => {
  // Not awaited: the notification may stay for as long as the user likes.
  void tell(problem);
  return { refused: problem.message, told: true };
};

/** Builds what is stale, looks into the image, asks for what it lacks and plans its boot. */
export function preparing(
  launcher: Launcher,
  folder: vscode.WorkspaceFolder | undefined,
): SessionWorld["prepare"] {
  return async (raw, say, signal) => {
    try {
      if (!vscode.workspace.isTrusted) return refusedBy(problems.untrusted());
      const parsed = parseConfiguration(raw);
      if ("problems" in parsed) {
        const { name } = raw;
        const message = `${String(name)}: ${parsed.problems.join(" ")}`;
        return refusedBy(problems.notLaunched(message));
      }
      const prepared = await prepare(launcher, folder, parsed.configuration, say, signal);
      return "refused" in prepared && !prepared.told
        ? refusedBy(problems.notLaunched(prepared.refused))
        : prepared;
    } catch (error) {
      if (error instanceof ProblemError) return refusedBy(error.problem);
      return refusedBy(problems.notLaunched(error instanceof Error ? error.message : String(error)));
    }
  };
}

async function prepare(
  launcher: Launcher,
  folder: vscode.WorkspaceFolder | undefined,
  configuration: LaunchConfiguration,
  say: (text: string) => void,
  signal: AbortSignal,
): Promise<Prepared | Refused> {
  const subject = await subjectOf(launcher, folder, configuration);
  if ("refused" in subject) return subject;
  const { project, name, place, target } = subject;
  const unfit = unfitFor(target, configuration);
  if (unfit.length > 0) return { refused: unfit.join(" "), told: false };
  const failed = project && (await buildIfWanted(launcher, project, target, configuration.build, signal));
  if (failed) return failed;

  const path = imagePath(launcher, subject, configuration);
  const cwd = configuration.cwd === undefined ? place.root : inWorkspace(place, configuration.cwd);
  const remembered = project && launcher.projects.memory.bootArguments(project.id);
  const bootArguments = configuration.args ?? remembered ?? [];
  if (configuration.args === undefined && bootArguments.length > 0) {
    say(t('Boot arguments are those of MirageOS: Boot Arguments, for the configuration has no "args".'));
  }
  const left = bootArguments.map(unknownVariable).find((variable) => variable !== undefined);
  if (left !== undefined) {
    say(t('"args" has {0}, which is no variable here: the unikernel is given it as it stands.', left));
  }
  const ready = await readyBoot(
    launcher,
    { ...configuration, project, name, place, target, image: path, cwd, bootArguments },
    say,
  );
  if (ready.kind === "dismissed") {
    return {
      refused: t("Not every device of the image is attached to something."),
      told: true,
      chosen: true,
    };
  }
  if (signal.aborted) return { refused: "stopped", told: true };
  if (ready.kind === "blocked") return refusedBy(ready.problem);
  const writers: LogWriter[] = [];
  if (configuration.logFile !== undefined) {
    const file = await logFileIn(place.workspaceFolder, configuration.logFile);
    if ("refused" in file) return refusedBy(problems.notLaunched(file.refused));
    writers.push(await logFileWriter(file.path));
  }
  const unikernel = project?.id ?? path;
  if (launcher.begin) writers.push(await launcher.begin({ name, unikernel, target }));
  // Not awaited: what boots need not wait for what shows it.
  if (!launcher.logsShown()) void revealLogs(unikernel, "debug");
  return { ...ready.booted, name, unikernel, target, writers, stopOnExit: configuration.stopOnExit };
}

async function subjectOf(
  { projects }: Launcher,
  folder: vscode.WorkspaceFolder | undefined,
  { unikernel, program, target }: LaunchConfiguration,
): Promise<Subject | Refused> {
  await projects.ready;
  const named = namedProject(unikernel, folder, projects, t("launch configuration"));
  if (program !== undefined && unikernel === undefined) {
    const workspaceFolder = folder?.uri.fsPath ?? dirname(program);
    const path = resolve(workspaceFolder, program);
    return {
      project: undefined,
      name: basename(path, extname(path)),
      place: { root: dirname(path), workspaceFolder },
      target: target ?? targetOfFile(path, process.platform) ?? hostTarget(process.platform),
    };
  }
  if (typeof named === "string" && unikernel !== undefined) return { refused: named, told: false };
  const project = typeof named === "string" ? await projectFor(projects, undefined) : named;
  if (!project) return { refused: t("No unikernel was chosen."), told: true, chosen: true };
  return { project, name: project.name, place: project, target: target ?? project.target };
}

async function buildIfWanted(
  { projects, jobs, runGoal }: Launcher,
  project: Project,
  target: TargetId,
  mode: LaunchConfiguration["build"],
  signal: AbortSignal,
): Promise<Refused | undefined> {
  if (mode === "never") return undefined;
  // What is being edited is what should be built, as with VS Code's own tasks.
  await vscode.workspace.saveAll(false);
  const fresh = (await projects.reread(project.id)) ?? project;
  const options =
    target === fresh.target ? fresh.options : (projects.memory.options(project.id, target) ?? []);
  const { state } = fresh;
  const stale =
    needsConfigure(state, target, options) ||
    !state.image ||
    state.stale.some(({ step }) => step === "build");
  if (mode === "ifStale" && !stale) return undefined;
  const cancel = () => {
    for (const job of jobs.active()) {
      if (job.request.unikernel.id === project.id && job.request.goal === "build") job.cancel();
    }
  };
  signal.addEventListener("abort", cancel);
  const result = await runGoal({ ...fresh, target, options }, "build");
  signal.removeEventListener("abort", cancel);
  switch (result.kind) {
    case "failed":
      return { refused: (result.hint ?? result.problem).message, told: true };
    case "cancelled":
      return { refused: t("The build was stopped."), told: true, chosen: true };
    case "done":
    case "ran":
      return undefined;
  }
}

function imagePath(
  { projects }: Launcher,
  { project, place, name, target }: Subject,
  { program }: LaunchConfiguration,
) {
  if (program !== undefined) return inWorkspace(place, program);
  const state = project && projects.get(project.id)?.state;
  if (state?.image && state.configured?.target === target) return state.image.path;
  return join(project?.buildDir ?? place.root, artifactOf(target, name));
}
