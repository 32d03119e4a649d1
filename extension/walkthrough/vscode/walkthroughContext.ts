import * as vscode from "vscode";
import type { LogStore } from "../../logs/store/logStore.ts";
import type { Projects } from "../../project/vscode/projects.ts";
import type { Toolchain } from "../../toolchain/vscode/toolchain.ts";
import type { Milestone } from "../milestones.ts";

export interface WalkthroughContext {
  readonly context: vscode.ExtensionContext;
  readonly projects: Projects;
  readonly toolchain: Toolchain;
  readonly logStore: () => Promise<LogStore>;
}

/**
 * A milestone, or an event after which others may have been reached: a job ended (`job`), a run started (`run`),
 * the tools were shown or installed (`tools`), the walkthrough was opened (`opened`), or a tab was opened that may be
 * the walkthrough (`perhaps`).
 */
export type WalkthroughEvent = Milestone | "job" | "run" | "tools" | "opened" | "perhaps";

export interface Walkthrough extends vscode.Disposable {
  /** Records an event, and completes the steps of the walkthrough whose milestones have been reached. */
  readonly record: (event: WalkthroughEvent) => void;
  /** The commands by id. */
  readonly table: Readonly<Record<string, (argument: unknown) => unknown>>;
}
