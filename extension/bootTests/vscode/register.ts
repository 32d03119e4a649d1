import * as vscode from "vscode";
import { lazy } from "../../platform/lazy.ts";
import type { Projects } from "../../project/vscode/projects.ts";
import { bootTestsPattern } from "../fileName.ts";
import type { BootTestHost } from "./bootTestHost.ts";

/**
 * Shows the boot tests of the workspace in the Testing view. Its code is loaded when the first boot-tests.json is found;
 * nothing is run to find tests.
 */
export function registerBootTests(host: BootTestHost & { readonly projects: Projects }): vscode.Disposable {
  const explorer = lazy(async () => (await import("./testExplorer.ts")).createTestExplorer(host));
  const watcher = vscode.workspace.createFileSystemWatcher(bootTestsPattern);
  const update = async () => (await explorer.get()).update();
  const listeners = [watcher.onDidCreate(update), watcher.onDidChange(update), watcher.onDidDelete(update)];
  void host.projects.ready.then(async () => {
    const [first] = await vscode.workspace.findFiles(bootTestsPattern, undefined, 1);
    if (first) await update();
  });
  return vscode.Disposable.from(watcher, ...listeners, explorer);
}
