import * as vscode from "vscode";
import { tell } from "../../platform/vscode/tell.ts";
import type { Project } from "../../project/vscode/projects.ts";
import { failureWords, findGraphs } from "../asked.ts";
import { describeMarkdown } from "../markdown.ts";
import { optionViews } from "../optionViews.ts";
import type { Shadows } from "../shadowModel.ts";
import { t } from "../../platform/l10n.ts";

/** Opens a Markdown document that describes the unikernel for the target and options that commands use. */
export async function describeUnikernel(project: Project, shadows: Shadows): Promise<void> {
  const configuration = { target: project.target, options: project.options, evaluate: true };
  const title = t("Describing {0} for {1}", project.name, project.target);
  const found = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title, cancellable: true },
    async (_progress, token) => {
      const abort = new AbortController();
      token.onCancellationRequested(() => abort.abort());
      const nothing = { kind: "nothing" } as const;
      const noCommit = () => Promise.reject(new Error("nothing is compared"));
      const wanted = { configuration, other: nothing };
      const { graph } = await findGraphs(shadows, project, wanted, [], noCommit, abort.signal);
      const help = await shadows.help(project, { signal: abort.signal });
      return { graph, options: help.kind === "help" ? optionViews(help.text) : [] };
    },
  );
  const { graph, options } = found;
  if (graph.kind === "cancelled") return;
  if (graph.kind === "noTool") return tell(graph.problem);
  if (graph.kind !== "graph") {
    void vscode.window.showErrorMessage(`${project.name}: ${failureWords(graph).text}`);
    return;
  }
  const document = await vscode.workspace.openTextDocument({
    language: "markdown",
    content: describeMarkdown(graph.graph, configuration, options),
  });
  await vscode.window.showTextDocument(document);
}
