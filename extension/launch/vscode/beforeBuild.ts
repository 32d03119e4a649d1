import { join, resolve } from "node:path";
import * as vscode from "vscode";
import { artifactOf, isFileName, targets, type TargetId } from "../../mirage/targets.ts";
import { missingDependencies, needsConfigure } from "../../pipeline/steps.ts";
import type { RunGoal } from "../../pipeline/vscode/runGoal.ts";
import { ProblemError } from "../../platform/errors.ts";
import { chosenOptions, type Project, type Projects } from "../../project/vscode/projects.ts";
import { needsTargetCheck } from "../../toolchain/targetCheck.ts";
import { targetProblem } from "../../toolchain/targetProblem.ts";
import { checkTarget } from "../../toolchain/vscode/checkTarget.ts";
import type { BuildMode } from "../configuration/launchConfiguration.ts";
import type { RawConfiguration } from "../session/preparedLaunch.ts";
import type { BootRequest, PrepareBootContext } from "./bootRequest.ts";
import { t } from "../../protocol/l10n.ts";

/** Rejects with a ProblemError if this computer can't build or boot the target, before anything is built. */
export async function refuseUnusableTarget(
  context: BuildContext & Pick<PrepareBootContext, "toolchain">,
  project: Project,
  target: TargetId,
  mode: BuildMode,
  raw: RawConfiguration,
): Promise<void> {
  if (!needsTargetCheck(target)) return;
  const { projects, toolchain } = context;
  const current = (await projects.reread(project.id)) ?? project;
  const builds = needsBuild(context, current, target, mode);
  // The boot has instructions for an image that only another system can start.
  if (!builds && targets[target].booter === undefined) return;
  const installs =
    needsConfigure(current.state, target, optionsFor(context, current, target)) ||
    missingDependencies(current.state) !== undefined;
  const obstacle = await checkTarget(toolchain, project, target, {
    builds,
    boots: true,
    installs: builds && installs,
  });
  if (!obstacle) return;
  // VS Code adds properties of its own, which start with two underscores.
  const launch = Object.fromEntries(Object.entries(raw).filter(([key]) => !key.startsWith("__")));
  const { id, root } = project;
  throw new ProblemError(targetProblem(obstacle, { unikernel: id, root, builds, again: { launch } }));
}

/** What decides how a unikernel is built before a boot. */
interface BuildContext {
  readonly projects: Projects;
  /** Options of `mirage configure`; `undefined` for those that the user chose. */
  readonly options?: readonly string[] | undefined;
}

/** The options of `mirage configure` with which the unikernel is built for a target. */
export const optionsFor = (
  { projects, options }: BuildContext,
  project: Project,
  target: TargetId,
): readonly string[] => options ?? chosenOptions(projects, project, target);

/** Whether a launch builds the unikernel before it boots it. */
export function needsBuild(
  context: BuildContext,
  project: Project,
  target: TargetId,
  mode: BuildMode,
): boolean {
  if (mode !== "ifStale") return mode === "always";
  const { state } = project;
  return (
    needsConfigure(state, target, optionsFor(context, project, target)) ||
    !state.image ||
    state.stale.some(({ step }) => step === "build")
  );
}

/** Ends a launch whose reason the user knows already. */
export class LaunchEnded extends Error {
  override readonly name = "LaunchEnded";
  /** Whether the user stopped the launch or dismissed a prompt. */
  readonly byUser: boolean;
  constructor(message: string, byUser: boolean, options?: ErrorOptions) {
    super(message, options);
    this.byUser = byUser;
  }
}

/**
 * Builds the unikernel as the configuration's `build` says. Stopping the launch cancels this build only. Rejects with a
 * LaunchEnded.
 */
export async function buildFirst(
  launcher: BuildContext & { readonly runGoal: RunGoal },
  project: Project,
  target: TargetId,
  mode: BuildMode,
  signal: AbortSignal,
): Promise<void> {
  if (mode === "never") return;
  // Unsaved changes are built too, as before VS Code's own tasks.
  await vscode.workspace.saveAll(false);
  const current = (await launcher.projects.reread(project.id)) ?? project;
  if (!needsBuild(launcher, current, target, mode)) return;
  const options = optionsFor(launcher, current, target);
  const result = await launcher.runGoal({ ...current, target, options }, "build", signal);
  // The job has shown its outcome.
  if (result.kind === "failed") {
    const cause = new ProblemError(result.problem);
    throw new LaunchEnded((result.hint ?? result.problem).message, false, { cause });
  }
  if (result.kind === "cancelled") throw new LaunchEnded(t("The build was stopped."), true);
}

/** The absolute path of the image that is booted: a given program, or the build's image for the target. */
export function imagePath(
  projects: Projects,
  { project, scope, name, target }: Pick<BootRequest, "project" | "scope" | "name" | "target">,
  program: string | undefined,
): string {
  if (program !== undefined) return resolve(scope.workspaceFolder, program);
  const state = project && projects.get(project.id)?.state;
  if (state?.image && state.configured?.target === target) return state.image.path;
  // The name is a string of config.ml and may contain anything.
  if (!isFileName(name))
    throw new Error(t("The unikernel's name \"{0}\" can't be part of a file name.", name));
  return join(project?.buildDir ?? scope.root, artifactOf(target, name));
}
