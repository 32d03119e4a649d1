import { relative } from "node:path";
import * as vscode from "vscode";
import { stageText } from "../describeState.ts";
import { ownerOfPath } from "../model.ts";
import type { Project, Projects } from "./projects.ts";
import { t } from "../../protocol/l10n.ts";

/** Lets the user pick a unikernel, and selects it. The unikernel of the active editor is the first one. */
export async function promptForProject(projects: Projects): Promise<Project | undefined> {
  const selected = projects.selected()?.id;
  const all = projects.all();
  const edited = vscode.window.activeTextEditor?.document.uri;
  const likely = edited && ownerOfPath(edited.fsPath, all);
  const sorted = likely ? [likely, ...all.filter((each) => each !== likely)] : all;
  const items = sorted.map((project) => ({
    label: project.name,
    description: `${project.target} · ${stageText(project.state, project.target)}${project.id === selected ? t(" · selected") : ""}`,
    detail: relative(project.workspaceFolder, project.configFile),
    project,
  }));
  const chosen = await vscode.window.showQuickPick(items, {
    title: t("Select Unikernel"),
    placeHolder: t("Commands will use this unikernel"),
    matchOnDescription: true,
    matchOnDetail: true,
  });
  if (chosen) await projects.select(chosen.project.id);
  return chosen?.project;
}
