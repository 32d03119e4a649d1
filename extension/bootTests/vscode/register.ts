import { join } from "node:path";
import * as vscode from "vscode";
import { lazy } from "../../platform/lazy.ts";
import { isReadableFile } from "../../platform/readText.ts";
import type { Projects } from "../../project/vscode/projects.ts";
import { bootTestsFile, bootTestsPattern } from "../fileName.ts";
import type { BootTestHost } from "./bootTestHost.ts";

/**
 * Shows the boot tests of the workspace in the Testing view. Its code is loaded when the first boot-tests.json is found;
 * nothing is run to find tests.
 */
export function registerBootTests(host: BootTestHost & { readonly projects: Projects }): vscode.Disposable {
  const explorer = lazy(async () => (await import("./bootTestExplorer.ts")).createTestExplorer(host));
  const watcher = vscode.workspace.createFileSystemWatcher(bootTestsPattern);
  const update = async () => (await explorer.get()).update();
  const listeners = [watcher.onDidCreate(update), watcher.onDidChange(update), watcher.onDidDelete(update)];
  void host.projects.ready.then(async () => {
    const files = host.projects.all().map(({ buildDir }) => join(buildDir, bootTestsFile));
    if ((await Promise.all(files.map((file) => isReadableFile(file)))).includes(true)) await update();
  });
  return vscode.Disposable.from(watcher, ...listeners, explorer);
}
