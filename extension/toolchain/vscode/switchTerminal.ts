import { homedir } from "node:os";
import * as vscode from "vscode";
import { showWarningMessage } from "../../platform/vscode/messages.ts";
import { changedVariables } from "../../platform/env.ts";
import { ProblemError } from "../../platform/errors.ts";
import { performAction, showProblem } from "../../platform/vscode/showProblem.ts";
import { projectFor } from "../../project/vscode/pickProject.ts";
import type { Projects } from "../../project/vscode/projects.ts";
import { t } from "../../protocol/l10n.ts";
import type { Environment } from "../environment.ts";
import { defaultScope, type Toolchain } from "./toolchain.ts";

/** Opens a terminal in the folder of a unikernel, with the environment in which its tools are started. */
export async function openSwitchTerminal(
  projects: Projects,
  toolchain: Toolchain,
  on: unknown,
): Promise<void> {
  await projects.ready;
  const project = projects.all().length === 0 ? undefined : await projectFor(projects, on);
  if (!project && projects.all().length > 0) return;
  const scope = project ?? defaultScope(homedir());
  try {
    const environment = await vscode.window.withProgress(
      { location: vscode.ProgressLocation.Window, title: t("Reading the environment of the switch") },
      () => toolchain.environment(scope),
    );
    const terminal = vscode.window.createTerminal({
      name: project ? `${project.name} · ${environment.label}` : environment.label,
      cwd: scope.root,
      // The shell starts with VS Code's own environment. OPAMSWITCH is among the changes, and opam's hook obeys it.
      env: changedVariables(process.env, environment.env),
    });
    terminal.show();
    if (environment.choice.kind === "path") void explainPath(environment);
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    await showProblem(error.problem);
  }
}

async function explainPath({ choice }: Environment): Promise<void> {
  const install = { title: t("Install Tools"), command: "mirageos.installTools" };
  const select = { title: t("Select Switch"), command: "mirageos.selectSwitch" };
  const chosen = await showWarningMessage(
    t("There is no opam switch ({0}), so this terminal has the same PATH as VS Code.", choice.why),
    install,
    select,
  );
  if (chosen) await performAction(chosen);
}
