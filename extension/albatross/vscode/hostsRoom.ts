import type * as vscode from "vscode";
import type { HostRow } from "../hostModel.ts";
import type { HostTools } from "../hostTools.ts";
import { createAfterBuilds } from "../redeployment.ts";
import { createConsoles } from "./consoles.ts";
import { watchBuilds } from "./deployAgain.ts";
import { hostCommands } from "./hostCommands.ts";
import { createHosts, type HostsContext } from "./hosts.ts";
import { createUsageReader } from "./usageReader.ts";
import { createHostTools } from "./hostTools.ts";
import { createHostTree, type HostTree } from "./hostTree.ts";

/** The view, the commands and the tools of hosts. */
export interface HostsRoom extends vscode.Disposable {
  readonly tree: HostTree;
  /** `on` is the row of a command, and `all` are the selected rows, if it was used on several. */
  readonly run: (command: string, on: unknown, all: unknown) => unknown;
  readonly tools: HostTools;
}

/** Milliseconds between two questions to a host while the view is visible. */
const refreshMs = 5000;

/** Creates the room. `onChange` is called with each row that has changed; undefined stands for the list of hosts. */
export function createHostsRoom(
  context: HostsContext,
  view: vscode.TreeView<HostRow>,
  onChange: (row: HostRow | undefined) => void,
): HostsRoom {
  const hosts = createHosts(context);
  const consoles = createConsoles(context, hosts);
  const afterBuilds = createAfterBuilds(context.extension.workspaceState);
  const usage = createUsageReader(hosts, view);
  const tree = createHostTree(hosts, consoles, afterBuilds, usage.of);
  const update = () => tree.update().forEach(onChange);
  const table = hostCommands({ context, hosts, consoles, afterBuilds, onChange: update });
  let timer: NodeJS.Timeout | undefined;
  const watch = () => {
    clearInterval(timer);
    timer = undefined;
    if (!view.visible) return;
    void hosts.refresh();
    timer = setInterval(() => void hosts.refresh(), refreshMs);
  };
  const subscriptions = [
    hosts,
    consoles,
    watchBuilds({ context, hosts, consoles }, afterBuilds),
    usage,
    usage.onDidChange(update),
    hosts.onDidChange(update),
    consoles.onDidChange(update),
    view.onDidChangeVisibility(watch),
  ];
  watch();
  return {
    tree,
    run: (command, on, all) => table[command]?.(on, all),
    tools: createHostTools(context, hosts, consoles),
    dispose: () => {
      clearInterval(timer);
      for (const each of subscriptions) each.dispose();
    },
  };
}
