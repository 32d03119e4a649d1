import * as vscode from "vscode";
import type { Run } from "../../platform/process.ts";
import type { RunGoal } from "../../pipeline/vscode/runGoal.ts";
import type { Projects } from "../../project/vscode/projects.ts";
import type { Toolchain } from "../../toolchain/vscode/toolchain.ts";

/** The view type of graph panels. */
export const graphViewType = "mirageos.graph";

/** What the graph needs from the window. */
export interface GraphContext {
  readonly extensionUri: vscode.Uri;
  readonly run: Run;
  readonly projects: Projects;
  readonly toolchain: Toolchain;
  readonly runGoal: RunGoal;
  /** A folder in the extension's storage. */
  readonly scratch: string;
  /** Called when a graph is shown. */
  readonly onGraphShown: () => void;
}
