import * as vscode from "vscode";
import { hostRow, invalidHostRow, type RowContext } from "../hostRows.ts";
import { createRowElements } from "../rowElements.ts";
import type { HostRow } from "../hostModel.ts";
import type { AfterBuilds } from "../redeployment.ts";
import type { Consoles } from "./consoles.ts";
import type { Hosts } from "./hosts.ts";

/** The content of the view Hosts. */
export interface HostTree {
  readonly getChildren: (row: HostRow | undefined) => HostRow[];
  readonly getTreeItem: (row: HostRow) => vscode.TreeItem;
  /** Reads the hosts again. Returns the rows that have changed; undefined stands for the list of hosts. */
  readonly update: () => readonly (HostRow | undefined)[];
}

/** Creates the content of the view. */
export function createHostTree(
  hosts: Hosts,
  consoles: Consoles,
  afterBuilds: AfterBuilds,
  usage: RowContext["usage"],
): HostTree {
  const elements = createRowElements();
  const rows = (): HostRow[] => {
    const context: RowContext = {
      now: Date.now(),
      recognize: hosts.builds.recognize,
      restarts: hosts.restarts,
      isFollowed: consoles.isFollowed,
      deploysAfterBuild: afterBuilds.has,
      usage,
    };
    return hosts.all().map((host) => ("kind" in host ? invalidHostRow(host) : hostRow(host, context)));
  };
  return {
    update: () => elements.update(rows()),
    getChildren: (row) => {
      if (row) return [...row.children];
      elements.update(rows());
      return [...elements.roots()];
    },
    getTreeItem: (row) => {
      const { None, Collapsed, Expanded } = vscode.TreeItemCollapsibleState;
      const state = row.children.length === 0 ? None : row.isExpanded === true ? Expanded : Collapsed;
      const item = new vscode.TreeItem(row.label, state);
      item.id = row.id;
      item.contextValue = row.context;
      if (row.description !== undefined) item.description = row.description;
      if (row.tooltip !== undefined) item.tooltip = row.tooltip;
      // Without it, VS Code reads the tooltip to the user in place of the label.
      item.accessibilityInformation = {
        label: row.description === undefined ? row.label : `${row.label}, ${row.description}`,
      };
      if (row.icon !== undefined) {
        const color = row.isError === true ? new vscode.ThemeColor("list.errorForeground") : undefined;
        item.iconPath = new vscode.ThemeIcon(row.icon, color);
      }
      if (row.command !== undefined)
        item.command = { command: row.command, title: row.label, arguments: [row] };
      return item;
    },
  };
}
