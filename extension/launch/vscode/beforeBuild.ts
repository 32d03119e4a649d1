import { targets, type TargetId } from "../../mirage/targets.ts";
import { missingDependencies, needsConfigure } from "../../pipeline/steps.ts";
import { ProblemError } from "../../platform/errors.ts";
import { chosenOptions, type Project, type Projects } from "../../project/vscode/projects.ts";
import { needsTargetCheck } from "../../toolchain/targetCheck.ts";
import { targetProblem } from "../../toolchain/targetProblem.ts";
import { checkTarget } from "../../toolchain/vscode/checkTarget.ts";
import type { BuildMode } from "../configuration/launchConfiguration.ts";
import type { RawConfiguration } from "../session/preparedLaunch.ts";
import type { PrepareBootContext } from "./bootRequest.ts";

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
