import * as vscode from "vscode";
import { problems, ProblemError } from "../../platform/errors.ts";
import { namedProject } from "../../project/vscode/namedProject.ts";
import { projectFor } from "../../project/vscode/pickProject.ts";
import type { Project, Projects } from "../../project/vscode/projects.ts";
import { imagePathFor, manifestPathFor, tenderPathFor, variableChoice } from "../commandVariables.ts";
import type { Toolchain } from "./toolchain.ts";
import { t } from "../../protocol/l10n.ts";

/**
 * The value of `${command:mirageos.NAME}` in a task or launch configuration: about the unikernel and target that it names,
 * else the selected ones. Resolves to undefined, which cancels the task or launch, if the user dismisses the choice of a
 * unikernel. Rejects with an Error, which VS Code shows, if there is no value.
 */
export async function commandVariable(
  name: "imagePath" | "manifestPath" | "target" | "tender",
  projects: Projects,
  toolchain: Toolchain,
  configuration: unknown,
): Promise<string | undefined> {
  const choice = variableChoice(configuration);
  const project = await chosenProject(projects, choice.unikernel);
  if (!project) return undefined;
  const target = choice.target ?? project.target;
  switch (name) {
    case "target":
      return target;
    case "imagePath":
      return imagePathFor(project, target);
    case "manifestPath":
      return manifestPathFor(project, target);
    case "tender":
      if (!vscode.workspace.isTrusted) throw new ProblemError(problems.untrusted());
      return tenderPathFor(target, (tool) => toolchain.path(tool, project));
  }
}

async function chosenProject(
  projects: Projects,
  unikernel: string | undefined,
): Promise<Project | undefined> {
  await projects.ready;
  if (unikernel === undefined) return projectFor(projects, undefined);
  const named = namedProject(unikernel, undefined, projects, t("launch configuration"));
  if (typeof named === "string") throw new Error(named);
  return named;
}
