import * as vscode from "vscode";
import { problems } from "../../platform/errors.ts";
import { showProblem } from "../../platform/vscode/showProblem.ts";
import { ownerOfPath } from "../model.ts";
import type { Project, Projects } from "./projects.ts";

/**
 * Returns the unikernel that a command should use: the one it was invoked on (an element of the tree, or a file), else
 * the selected or only one, else the one that the user picks. Resolves to undefined if there is none or the user
 * dismissed the picker.
 */
export async function projectFor(projects: Projects, invokedOn: unknown): Promise<Project | undefined> {
  await projects.ready;
  const { all, get, selected } = projects;
  if (all().length === 0) {
    await showProblem(problems.noUnikernel());
    return undefined;
  }
  const id = idOf(invokedOn);
  return (
    (id === undefined ? undefined : get(id)) ??
    (invokedOn instanceof vscode.Uri ? ownerOf(invokedOn, all()) : undefined) ??
    selected() ??
    (await (await import("./promptForProject.ts")).promptForProject(projects))
  );
}

/** Returns the innermost unikernel whose folder contains the file. */
export const ownerOf = (file: vscode.Uri, all: readonly Project[]): Project | undefined =>
  ownerOfPath(file.fsPath, all);

/** The id of a unikernel that a command was invoked with: the id itself, or an object with it. */
export function idOf(argument: unknown): string | undefined {
  if (typeof argument === "string") return argument;
  if (typeof argument !== "object" || argument === null || !("id" in argument)) return undefined;
  return typeof argument.id === "string" ? argument.id : undefined;
}
