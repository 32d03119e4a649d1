import type * as vscode from "vscode";
import type { StateLine } from "../../describeState.ts";
import type { Project } from "../projects.ts";

/** An element of the Unikernels view. The commands of its menus receive it as their argument. */
export type UnikernelNode =
  | { readonly kind: "folder"; readonly path: string }
  | { readonly kind: "project"; readonly id: string }
  | { readonly kind: "target"; readonly id: string }
  | { readonly kind: "options"; readonly id: string }
  | { readonly kind: "option"; readonly id: string; readonly option: string }
  | { readonly kind: "state"; readonly id: string; readonly line: StateLine }
  | AddedRow;

/** A row that another room adds below the rows of a unikernel. */
export interface AddedRow {
  readonly kind: "added";
  /** The unikernel. */
  readonly id: string;
  readonly item: vscode.TreeItem;
  readonly children?: () => Promise<readonly AddedRow[]>;
  /** What the commands of the row's menu need. */
  readonly value?: unknown;
}

/** The rows of the view. They are loaded when the view is shown for the first time. */
export interface TreeContent extends Required<
  Pick<vscode.TreeDataProvider<UnikernelNode>, "getChildren" | "getParent" | "getTreeItem">
> {
  readonly dispose: () => void;
}

/**
 * The command of rows that do what is missing. VS Code dims a row whose command is disabled when the row is drawn, and
 * in a new window the context keys that enable the commands of package.json are set later.
 */
export const rowCommand = "_mirageos.fixState";

/** The rows that another room adds. */
export interface AddedRows {
  readonly of: (project: Project) => Promise<readonly AddedRow[]>;
  /** Fires when rows have changed without a change of a unikernel. */
  readonly onDidChange: vscode.Event<void>;
}
