import * as vscode from "vscode";
import { parseDescription } from "../../../extension/graph/dot/parseDescription.ts";
import type { FunctorGraph } from "../../../extension/graph/model.ts";
import type { ConfigEvaluator } from "../../../extension/graph/evaluate/types.ts";
import type { Project } from "../../../extension/project/vscode/projects.ts";

/**
 * The evaluated graph of a unikernel's current target and options. Undefined in Restricted Mode, where
 * nothing may run, and while config.ml does not compile.
 */
export async function projectGraph(
  evaluator: (() => Promise<ConfigEvaluator>) | undefined,
  project: Project,
): Promise<FunctorGraph | undefined> {
  if (!evaluator || !vscode.workspace.isTrusted) return undefined;
  const { target, options } = project;
  try {
    const printed = await (await evaluator()).printGraph(project, { target, options, evaluate: true });
    return printed.kind === "printed" ? parseCached(printed.text + printed.dot) : undefined;
  } catch {
    // For example, opam or dune is missing; the readiness check reports that.
    return undefined;
  }
}

let last: { readonly text: string; readonly graph: FunctorGraph | undefined } | undefined;

/** Parses a description; the last result is cached because every lens and hint requests it. */
function parseCached(text: string): FunctorGraph | undefined {
  if (last?.text !== text) last = { text, graph: parseDescription(text).graph };
  return last.graph;
}
