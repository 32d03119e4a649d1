import { join } from "node:path";
import * as vscode from "vscode";
import { lazy } from "../../platform/lazy.ts";
import { isReadableFile } from "../../platform/readText.ts";
import { isBelowExcluded } from "../../project/vscode/discovery.ts";
import { bootTestsFile, testsPattern } from "../fileName.ts";
import type { BootTestEnvironment } from "./bootTestEnvironment.ts";

/**
 * Shows the boot tests of the workspace, and the tests that dune runs, in the Testing view. Its code is loaded when the
 * first test is found; nothing is run to find tests.
 */
export function registerBootTests(environment: BootTestEnvironment): vscode.Disposable {
  const { projects } = environment;
  const explorer = lazy(async () => (await import("./bootTestExplorer.ts")).createTestExplorer(environment));
  let isShown = false;
  const hasTests = async () => {
    const files = projects.all().map(({ buildDir }) => join(buildDir, bootTestsFile));
    if ((await Promise.all(files.map((file) => isReadableFile(file)))).includes(true)) return true;
    if (!vscode.workspace.isTrusted || files.length === 0) return false;
    return (await import("./duneTestItems.ts")).hasDuneTests(environment);
  };
  const update = async () => {
    isShown ||= await hasTests();
    if (isShown) await (await explorer.get()).update();
  };
  const onFile = async ({ fsPath }: vscode.Uri) => (isBelowExcluded(fsPath) ? undefined : update());
  const watcher = vscode.workspace.createFileSystemWatcher(testsPattern);
  const listeners = [
    watcher.onDidCreate(onFile),
    watcher.onDidChange(onFile),
    watcher.onDidDelete(onFile),
    vscode.workspace.onDidGrantWorkspaceTrust(update),
    environment.toolchain.onDidChange(update),
  ];
  void projects.ready.then(update);
  return vscode.Disposable.from(watcher, ...listeners, explorer);
}
