import * as vscode from "vscode";
import { parseDescription } from "../../extension/graph/dot.ts";
import type { FunctorGraph } from "../../extension/graph/model.ts";
import type { Shadows } from "../../extension/graph/shadowModel.ts";
import type { Project } from "../../extension/project/vscode/projects.ts";

/**
 * The evaluated graph of a unikernel's current target and options. Undefined where there is none: in
 * Restricted Mode, which runs nothing, and while config.ml does not compile.
 */
export async function graphOf(
  shadows: (() => Promise<Shadows>) | undefined,
  project: Project,
): Promise<FunctorGraph | undefined> {
  if (!shadows || !vscode.workspace.isTrusted) return undefined;
  const { target, options } = project;
  try {
    const described = await (await shadows()).describe(project, { target, options, evaluate: true });
    return described.kind === "described" ? parsed(described.text + described.dot) : undefined;
  } catch {
    // Without opam or dune there is nothing to ask; the readiness of the tools is told elsewhere.
    return undefined;
  }
}

let last: { readonly text: string; readonly graph: FunctorGraph | undefined } | undefined;

/** Every lens and hint asks again, and mostly for the same. */
function parsed(text: string): FunctorGraph | undefined {
  if (last?.text !== text) last = { text, graph: parseDescription(text).graph };
  return last.graph;
}
