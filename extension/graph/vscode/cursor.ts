import type * as vscode from "vscode";
import { fileOf } from "../functor.ts";
import { nodeAt, nodeInSource } from "../places.ts";
import type { Shown } from "../session.ts";

/** The key of the node that an offset of config.ml, or of the application's source beside it, is about. */
export function keyAt(
  shown: Shown,
  document: vscode.TextDocument,
  offset: number,
  unikernel: string,
): string | undefined {
  const { graph } = shown.answer;
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
  for (const [key, each] of shown.drawn.ids) if (each === id) return key;
  return undefined;
}
