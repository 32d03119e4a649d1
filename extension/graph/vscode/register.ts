import * as vscode from "vscode";
import { lazy } from "../../platform/lazy.ts";
import type { Run } from "../../platform/process.ts";
import type { RunGoal } from "../../pipeline/vscode/commands.ts";
import type { Projects } from "../../project/vscode/projects.ts";
import type { Toolchain } from "../../toolchain/vscode/toolchain.ts";
import type { Shadows } from "../shadowModel.ts";

/** The type of the graph's panels, as VS Code knows it. */
export const graphViewType = "mirageos.graph";

export interface GraphParts {
  readonly extensionUri: vscode.Uri;
  readonly run: Run;
  readonly projects: Projects;
  readonly toolchain: Toolchain;
  readonly runGoal: RunGoal;
  /** A folder of the extension's own. */
  readonly scratch: string;
  /** Called when a graph is shown. */
  readonly drawn: () => void;
}

export interface Graphs extends vscode.Disposable {
  /** The commands by their ids. */
  readonly table: Readonly<Record<string, (on: unknown) => Promise<unknown>>>;
  /** The private builds of config.ml, for all who ask about it. */
  readonly shadows: () => Promise<Shadows>;
}

/** Registers the panels; what does the work is loaded when the first graph is asked for. */
export function registerGraphs(parts: GraphParts): Graphs {
  const shadows = lazy(async () => (await import("./shadows.ts")).openShadows(parts));
  const panels = lazy(async () =>
    (await import("./panels.ts")).createGraphPanels(parts, (await shadows.get()).shadows),
  );
  const serializer = vscode.window.registerWebviewPanelSerializer(graphViewType, {
    deserializeWebviewPanel: async (panel, state) => (await panels.get()).restore(panel, state),
  });
  return {
    shadows: async () => (await shadows.get()).shadows,
    table: {
      "mirageos.showGraph": async (on) => (await panels.get()).show(on),
      "mirageos.showAnotherGraph": async (on) => (await panels.get()).showAnother(on),
      "mirageos.revealInGraph": async () => (await panels.get()).revealFromEditor(),
      "mirageos.describe": async (on) => (await panels.get()).describe(on),
    },
    dispose: () => vscode.Disposable.from(serializer, shadows, panels).dispose(),
  };
}
