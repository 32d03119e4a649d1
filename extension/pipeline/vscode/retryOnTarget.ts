import * as vscode from "vscode";
import { isTarget } from "../../mirage/targets.ts";
import { problems } from "../../platform/errors.ts";
import { showProblem } from "../../platform/vscode/showProblem.ts";
import { chosenOptions, type Projects } from "../../project/vscode/projects.ts";
import type { RetryOnTarget } from "../../toolchain/targetProblem.ts";
import { isGoal } from "../goals.ts";
import type { RunGoal } from "./runGoal.ts";

/**
 * The command of the buttons of a target that can't be used here: requests the same for another target, or only a
 * build. Ignores arguments of another form than `RetryOnTarget`.
 */
export async function retryOnTarget(projects: Projects, runGoal: RunGoal, on: unknown): Promise<void> {
  if (!vscode.workspace.isTrusted) return showProblem(problems.untrusted());
  if (!isRetry(on)) return;
  const { unikernel, target, select } = on;
  await projects.ready;
  if (select) {
    await projects.setTarget(unikernel, target);
    await projects.select(unikernel);
  }
  const project = projects.get(unikernel);
  if (!project) return showProblem(problems.noUnikernel());
  if ("launch" in on) {
    const folder = vscode.workspace.getWorkspaceFolder(vscode.Uri.file(project.configFile));
    // A configuration without a name is not started.
    const configuration = { type: "mirage", request: "launch", name: project.name, ...on.launch, target };
    await vscode.debug.startDebugging(folder, configuration);
    return;
  }
  if (!isGoal(on.goal)) return;
  await runGoal({ ...project, target, options: chosenOptions(projects, project, target) }, on.goal);
}

function isRetry(on: unknown): on is RetryOnTarget {
  if (typeof on !== "object" || on === null) return false;
  const { unikernel, target, select, goal, launch } = on as Readonly<Partial<Record<string, unknown>>>;
  return (
    typeof unikernel === "string" &&
    typeof target === "string" &&
    isTarget(target) &&
    typeof select === "boolean" &&
    (typeof goal === "string" || (typeof launch === "object" && launch !== null))
  );
}
