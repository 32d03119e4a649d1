import type * as vscode from "vscode";
import { fileOf } from "../source/functorSource.ts";
import { nodeAt, nodeInSource } from "../source/sourceMap.ts";
import type { DisplayedGraph } from "../graphSession.ts";

/**
 * The key of the node that is made or named at an offset of config.ml, or of the application's source
 * file beside it; undefined if there is none.
 */
export function keyAt(
  { evaluated, viewModel }: DisplayedGraph,
  document: vscode.TextDocument,
  offset: number,
  unikernel: string,
): string | undefined {
  const { graph } = evaluated;
  const file = document.uri.fsPath;
  const folder = unikernel.slice(0, -"config.ml".length);
  const source = graph.nodes.find(
    ({ kind, path }) => kind === "application" && file === `${folder}${fileOf(path)}`,
  );
  const [id] =
    file === unikernel
      ? nodeAt(graph, document.getText(), offset)
      : source
        ? nodeInSource(graph, document.getText(), source, offset)
        : [];
  if (id === undefined) return undefined;
  for (const [key, each] of viewModel.ids) if (each === id) return key;
  return undefined;
}
