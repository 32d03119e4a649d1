import { targets, type TargetId } from "../mirage/targets.ts";
import { problems, type Problem, type ProblemAction } from "../platform/errors.ts";
import { kvmCommands } from "./host.ts";
import type { TargetObstacle } from "./targetCheck.ts";
import { t } from "../protocol/l10n.ts";

/** What was requested and refused, so that it can be requested again for another target. */
export interface RefusedRequest {
  /** The id of the unikernel, and the folder in which shell commands are typed. */
  readonly unikernel: string;
  readonly root: string;
  /** Whether an image would have been built first. */
  readonly builds: boolean;
  /** A goal of the pipeline, or a launch configuration. */
  readonly again: { readonly goal: string } | { readonly launch: object };
}

/** The argument of the command `mirageos.retryOnTarget`. */
export type RetryOnTarget = {
  readonly unikernel: string;
  readonly target: TargetId;
  /** Whether the target becomes the selected one. */
  readonly select: boolean;
} & RefusedRequest["again"];

/** The problem that an obstacle is for the user, with the alternatives as buttons. */
export function targetProblem(
  obstacle: TargetObstacle,
  { unikernel, root, builds, again }: RefusedRequest,
): Problem {
  const { target, action, instead } = obstacle;
  const offersBuild = action === "boot" && builds;
  const retry = (title: string, argument: RetryOnTarget): ProblemAction => ({
    title,
    command: "mirageos.retryOnTarget",
    args: [argument],
  });
  const actions: ProblemAction[] = [];
  if (instead !== undefined)
    actions.push(
      retry(t("Use {0} Instead", instead), { unikernel, target: instead, select: true, ...again }),
    );
  else actions.push({ title: t("Select Target…"), command: "mirageos.selectTarget", args: [unikernel] });
  if (offersBuild) actions.push(retry(t("Build Only"), { unikernel, target, select: false, goal: "build" }));
  const advice = [
    ...(offersBuild ? [t("Nothing was built.")] : []),
    instead === undefined
      ? t("Select another target.")
      : offersBuild
        ? t("Use {0} instead, or only build the image.", instead)
        : t("Use {0} instead.", instead),
  ].join(" ");
  const isForeign = action === "boot" && targets[target].booter === undefined;
  const reasons = isForeign ? [t("VS Code can't start the system that they belong to")] : obstacle.reasons;
  const problem = problems.targetNotReady(target, { action, reasons }, advice, actions);
  if (action !== "boot" || !obstacle.kvmDenied) return problem;
  const { message } = problem;
  const fix = { title: t("Join Group kvm"), commandLines: kvmCommands(), root, message };
  const join = { title: `${fix.title}…`, command: "mirageos.showHostCommands", args: [fix] };
  return { ...problem, actions: [...actions, join] };
}
