import { join } from "node:path";
import * as vscode from "vscode";
import { DuneConfigEvaluator } from "../evaluate/configEvaluator.ts";
import type { ConfigEvaluator } from "../evaluate/types.ts";
import type { GraphContext } from "./graphContext.ts";

/** The evaluator of this window. It clears its caches when the tools of a switch change. */
export function openEvaluator({
  run,
  toolchain,
  scratch,
}: Pick<GraphContext, "run" | "toolchain" | "scratch">): vscode.Disposable & {
  readonly evaluator: ConfigEvaluator;
} {
  const evaluator = new DuneConfigEvaluator({
    run,
    folder: join(scratch, "config-builds"),
    tools: { environment: toolchain.environment, path: toolchain.path },
    trusted: () => vscode.workspace.isTrusted,
  });
  const listener = toolchain.onDidChange(() => evaluator.refresh());
  return { evaluator, dispose: () => listener.dispose() };
}
