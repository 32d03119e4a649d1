import * as vscode from "vscode";
import type { Shadows } from "../../graph/shadowModel.ts";
import type { LogStore } from "../../logs/store.ts";
import type { Jobs } from "../../pipeline/model.ts";
import type { RunGoal } from "../../pipeline/vscode/commands.ts";
import type { Projects } from "../../project/vscode/projects.ts";

export interface AssistantParts {
  readonly projects: Projects;
  readonly jobs: Jobs;
  readonly runGoal: RunGoal;
  readonly shadows: () => Promise<Shadows>;
  readonly logStore: () => Promise<LogStore>;
}

/** What a language model can ask of the extension; the names are those of the manifest. */
export const toolNames = [
  "mirageos_unikernels",
  "mirageos_configure",
  "mirageos_build",
  "mirageos_graph",
  "mirageos_logs",
] as const;
export type ToolName = (typeof toolNames)[number];

/** Registers the tools; what answers is loaded with the first question. */
export function registerAssistant(parts: AssistantParts): vscode.Disposable {
  // An editor built on VS Code may have no language models.
  if (!("lm" in vscode) || !("registerTool" in vscode.lm)) return { dispose: () => undefined };
  const answers = async () => (await import("./tools.ts")).createTools(parts);
  return vscode.Disposable.from(
    ...toolNames.map((name) =>
      vscode.lm.registerTool<unknown>(name, {
        prepareInvocation: async ({ input }) => (await answers())[name].prepare(input),
        invoke: async ({ input }, token) => {
          const text = await (await answers())[name].answer(input, token);
          return new vscode.LanguageModelToolResult([new vscode.LanguageModelTextPart(text)]);
        },
      }),
    ),
  );
}
