import * as vscode from "vscode";
import { lazy } from "../../platform/lazy.ts";
import type { HostRow } from "../hostModel.ts";
import { setKey } from "./contextKey.ts";
import type { HostsContext } from "./hosts.ts";
import type { HostsRoom } from "./hostsRoom.ts";

/** Registers the view Hosts and its commands. Their code is loaded when the view is shown or a command is used. */
export function registerHosts(
  context: HostsContext,
): vscode.Disposable & { readonly get: () => Promise<HostsRoom> } {
  const changed = new vscode.EventEmitter<HostRow | undefined>();
  const room = lazy<HostsRoom>(async () =>
    (await import("./hostsRoom.ts")).createHostsRoom(context, view, (row) => changed.fire(row)),
  );
  const view: vscode.TreeView<HostRow> = vscode.window.createTreeView<HostRow>("mirageos.hosts", {
    treeDataProvider: {
      onDidChangeTreeData: changed.event,
      getChildren: async (row) => (await room.get()).tree.getChildren(row),
      getTreeItem: async (row) => (await room.get()).tree.getTreeItem(row),
    },
    canSelectMany: true,
  });
  const { workspaceState } = context.extension;
  setKey(
    "deployed",
    workspaceState.keys().some((key) => key.startsWith("hosts.last.")),
  );
  // Builds are watched from the start of a window if one of them is to be deployed.
  if ((workspaceState.get<readonly unknown[]>("hosts.afterBuild")?.length ?? 0) > 0)
    void context.projects.ready.then(room.get);
  const { commands } = (context.extension.extension.packageJSON as Manifest).contributes;
  const registered = vscode.Disposable.from(
    room,
    view,
    changed,
    ...commands
      .filter(({ command }) => command.startsWith("mirageos.host"))
      .map(({ command }) =>
        vscode.commands.registerCommand(command, async (on: unknown, all: unknown) =>
          (await room.get()).run(command, on, all),
        ),
      ),
  );
  return {
    get: room.get,
    dispose: () => registered.dispose(),
  };
}

interface Manifest {
  readonly contributes: { readonly commands: readonly { readonly command: string }[] };
}
