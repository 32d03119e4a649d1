import * as vscode from "vscode";
import type { Project } from "../../project/vscode/projects.ts";
import { prepareLaunch, type Launcher } from "./resolveLaunch.ts";

/**
 * Builds, checks and prompts for a boot test as F5 does for a launch configuration, whose properties `launch`
 * contains. Rejects if this computer can't boot the unikernel, or if something else prevents the boot.
 */
export function prepareTestBoot(
  launcher: Launcher,
  boot: {
    readonly project: Project;
    readonly launch: Readonly<Record<string, unknown>>;
    /** Options of `mirage configure`. */
    readonly options: readonly string[];
    readonly signal: AbortSignal;
    readonly stop: () => void;
  },
): ReturnType<typeof prepareLaunch> {
  const { project, launch, options, signal, stop } = boot;
  return prepareLaunch({
    launcher: {
      ...launcher,
      options,
      // Keeps the results of tests visible instead of the logs.
      logsShown: () => true,
      // The output of the skipped test says why.
      runGoal: (built, goal, abort) => launcher.runGoal(built, goal, abort, undefined, true),
    },
    folder: vscode.workspace.getWorkspaceFolder(vscode.Uri.file(project.id)),
    raw: launch,
    print: () => undefined,
    signal,
    stop,
  });
}
