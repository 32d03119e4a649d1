import * as vscode from "vscode";
import { lazy } from "../../platform/lazy.ts";
import type { ConfigEvaluator } from "../evaluate/types.ts";
import { graphViewType, type GraphContext } from "./graphContext.ts";

export interface Graphs extends vscode.Disposable {
  /** The handlers of commands, by command id. */
  readonly table: Readonly<Record<string, (on: unknown) => Promise<unknown>>>;
  /** Evaluates config.ml; shared with the language features and the assistant's tools. */
  readonly evaluator: () => Promise<ConfigEvaluator>;
}

/** Registers the graph panels. Their implementation is loaded on first use. */
export function registerGraphs(context: GraphContext): Graphs {
  const evaluator = lazy(async () => (await import("./evaluatorTools.ts")).openEvaluator(context));
  const panels = lazy(async () => {
    const { GraphPanels } = await import("./panels.ts");
    return new GraphPanels(context, (await evaluator.get()).evaluator);
  });
  const serializer = vscode.window.registerWebviewPanelSerializer(graphViewType, {
    deserializeWebviewPanel: async (panel, state) => (await panels.get()).restore(panel, state),
  });
  return {
    evaluator: async () => (await evaluator.get()).evaluator,
    table: {
      "mirageos.showGraph": async (on) => (await panels.get()).show(on),
      "mirageos.showAnotherGraph": async (on) => (await panels.get()).showAnother(on),
      "mirageos.revealInGraph": async () => (await panels.get()).revealFromEditor(),
      "mirageos.describe": async (on) => (await panels.get()).describe(on),
    },
    dispose: () => vscode.Disposable.from(serializer, evaluator, panels).dispose(),
  };
}
