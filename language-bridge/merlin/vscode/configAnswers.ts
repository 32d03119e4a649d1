import { statSync } from "node:fs";
import { stat } from "node:fs/promises";
import * as vscode from "vscode";
import type { Project } from "../../../extension/project/vscode/projects.ts";
import { refreshAnswer } from "../merlinAnswers.ts";
import { answerPath } from "../shimAnswers.ts";
import type { BridgeContext } from "../../features/vscode/featureContext.ts";

/** Keeps the shim's answers for config.ml up to date. */
export interface ConfigAnswers extends vscode.Disposable {
  /** Refreshes the answers for these projects; those whose config.ml has not changed are skipped. */
  readonly refresh: (projects: readonly Project[]) => void;
  /** Makes the next refresh query dune for every project, for example after a change of the switch. */
  readonly clear: () => void;
}

interface ConfigAnswersInput extends Pick<BridgeContext, "run" | "toolchain" | "evaluator" | "log"> {
  readonly answers: string;
  /** Called before the first answer for a config.ml is written. `onSettled` follows, with or without an answer. */
  readonly onMissing: (project: Project) => void;
  /** Called when the answer for a config.ml has changed. */
  readonly onAnswer: (project: Project) => void;
  readonly onSettled: (project: Project, hasChanged: boolean) => void;
}

export function createConfigAnswers(input: ConfigAnswersInput): ConfigAnswers {
  const { run, toolchain, log } = input;
  /** The modification time of each config.ml whose answer is up to date, by project id. */
  const answeredTimes = new Map<string, number>();

  const refreshOne = async (project: Project): Promise<void> => {
    const time = (await stat(project.configFile)).mtimeMs;
    if (answeredTimes.get(project.id) === time) return;
    answeredTimes.set(project.id, time);
    let hasChanged = false;
    try {
      hasChanged = await refreshAnswer({
        run,
        answers: input.answers,
        project,
        build: async () => (await (await input.evaluator()).build(project)).folder,
        dune: async (args, cwd) => ({ ...(await toolchain.command("dune", args, project)), cwd }),
      });
    } finally {
      input.onSettled(project, hasChanged);
    }
    if (hasChanged) input.onAnswer(project);
  };

  const isMissing = ({ configFile }: Project) =>
    !statSync(answerPath(input.answers, configFile), { throwIfNoEntry: false })?.size;

  return {
    refresh: (projects) => {
      for (const project of projects) {
        if (!answeredTimes.has(project.id) && isMissing(project)) input.onMissing(project);
        void refreshOne(project).catch((error: unknown) => {
          answeredTimes.delete(project.id);
          input.onSettled(project, false);
          log.warn(`No settings for ${project.configFile}: ${String(error)}`);
        });
      }
    },
    clear: () => answeredTimes.clear(),
    dispose: () => answeredTimes.clear(),
  };
}
