import { stat } from "node:fs/promises";
import * as vscode from "vscode";
import type { Project } from "../../extension/project/vscode/projects.ts";
import { refreshAnswer } from "../answers.ts";
import type { BridgeParts } from "./parts.ts";

/** Keeps the shim's answers for config.ml true. */
export interface ConfigAnswers extends vscode.Disposable {
  /** Sees that there is an answer for each of these; what has not changed costs nothing. */
  readonly refresh: (projects: readonly Project[]) => void;
  /** Asks dune again at the next refresh: the switch may be another. */
  readonly forget: () => void;
}

interface AnswersParts extends Pick<BridgeParts, "run" | "toolchain" | "shadows" | "log"> {
  readonly answers: string;
  /** Called when a config.ml has got another answer. */
  readonly onAnswer: (project: Project) => void;
}

export function createConfigAnswers(parts: AnswersParts): ConfigAnswers {
  const { run, toolchain, log } = parts;
  /** The time of each config.ml that the answer was made from. */
  const made = new Map<string, number>();

  const refreshOne = async (project: Project): Promise<void> => {
    const time = (await stat(project.configFile)).mtimeMs;
    if (made.get(project.id) === time) return;
    made.set(project.id, time);
    const changed = await refreshAnswer({
      run,
      answers: parts.answers,
      project,
      shadow: async () => (await (await parts.shadows()).built(project)).folder,
      dune: async (args, cwd) => ({ ...(await toolchain.command("dune", args, project)), cwd }),
    });
    if (changed) parts.onAnswer(project);
  };

  return {
    refresh: (projects) => {
      for (const project of projects)
        void refreshOne(project).catch((error: unknown) => {
          made.delete(project.id);
          log.warn(`No settings for ${project.configFile}: ${String(error)}`);
        });
    },
    forget: () => made.clear(),
    dispose: () => made.clear(),
  };
}
