import * as vscode from "vscode";
import { showErrorMessage } from "../../platform/vscode/messages.ts";
import { showProblem } from "../../platform/vscode/showProblem.ts";
import type { Project } from "../../project/vscode/projects.ts";
import { describeFailure, queryGraph } from "../queryGraph.ts";
import { describeMarkdown } from "../describe/markdown.ts";
import { optionViews } from "../optionViews.ts";
import type { ConfigEvaluator } from "../evaluate/types.ts";
import { t } from "../../protocol/l10n.ts";
import { abortSignal } from "../../platform/vscode/abortSignal.ts";

/** Opens a Markdown document that describes a unikernel in the configuration that commands use. */
export async function describeUnikernel(project: Project, evaluator: ConfigEvaluator): Promise<void> {
  const configuration = { target: project.target, options: project.options, evaluate: true };
  const title = t("Reading the functor graph of {0} for {1}", project.name, project.target);
  const result = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title, cancellable: true },
    async (_progress, token) => {
      const signal = abortSignal(token);
      const graph = await queryGraph(evaluator, project, configuration, [], signal);
      const help = await evaluator.help(project, { signal });
      return { graph, options: help.kind === "help" ? optionViews(help.text) : [] };
    },
  );
  const { graph, options } = result;
  if (graph.kind === "cancelled") return;
  if (graph.kind === "noTool") return showProblem(graph.problem);
  if (graph.kind !== "graph") {
    void showErrorMessage(`${project.name}: ${describeFailure(graph).text}`);
    return;
  }
  const document = await vscode.workspace.openTextDocument({
    language: "markdown",
    content: describeMarkdown(graph.graph, configuration, options),
  });
  await vscode.window.showTextDocument(document);
}
