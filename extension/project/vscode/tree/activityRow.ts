import * as vscode from "vscode";
import { describeUptime, displayedActivity } from "../../describeState.ts";
import type { Activity } from "../../model.ts";

/** Shows in the row of a unikernel what runs: the icon, the uptime in the tooltip, and the menu with Stop. */
export function showActivityInRow(item: vscode.TreeItem, id: string, active: readonly Activity[]): void {
  const displayed = displayedActivity(active, id);
  if (!displayed) return;
  item.iconPath = iconOf(displayed);
  const own = active.filter(({ request }) => request.unikernel.id === id);
  const isBusy = own.some(({ since }) => since === undefined);
  const since = own.find((activity) => activity.since !== undefined)?.since;
  if (since !== undefined && typeof item.tooltip === "string")
    item.tooltip += `\n${describeUptime(since, Date.now())}`;
  const selected = item.contextValue?.includes(".selected") === true ? ".selected" : "";
  item.contextValue = `project${isBusy ? ".busy" : ""}${since === undefined ? "" : ".running"}${selected}`;
}

/** A running unikernel gets an icon that stands still: it may run for days. */
function iconOf({ prompting, since }: Activity): vscode.ThemeIcon {
  if (prompting) return new vscode.ThemeIcon("question");
  if (since === undefined) return new vscode.ThemeIcon("sync~spin");
  return new vscode.ThemeIcon("vm-running", new vscode.ThemeColor("testing.iconPassed"));
}
