import type { ConfigEvaluator } from "../../graph/evaluate/types.ts";
import type { HostTools } from "../../albatross/hostTools.ts";
import type { LogStore } from "../../logs/store/logStore.ts";
import type { Jobs } from "../../pipeline/model.ts";
import type { RunGoal } from "../../pipeline/vscode/runGoal.ts";
import type { Projects } from "../../project/vscode/projects.ts";

export interface AssistantContext {
  readonly projects: Projects;
  readonly jobs: Jobs;
  readonly runGoal: RunGoal;
  readonly evaluator: () => Promise<ConfigEvaluator>;
  readonly logStore: () => Promise<LogStore>;
  readonly hosts: () => Promise<{ readonly tools: HostTools }>;
}

/** The tools for language models, by their names in the manifest. */
export const toolNames = [
  "mirageos_unikernels",
  "mirageos_configure",
  "mirageos_build",
  "mirageos_graph",
  "mirageos_logs",
  "mirageos_hosts",
  "mirageos_host_console",
  "mirageos_host_deploy",
  "mirageos_host_restart",
] as const;

export type ToolName = (typeof toolNames)[number];
