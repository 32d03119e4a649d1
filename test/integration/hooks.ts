/** Hooks of all integration tests: they close what a test left open, and revert its changes if it failed. */
import { existsSync, readdirSync } from "node:fs";
import { copyFile, glob, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Context, RootHookObject, Suite } from "mocha";
import * as vscode from "vscode";
import { removeFolder } from "../harness/temporaryFolder.ts";
import { eventually } from "./workspace.ts";

/** The entries of the open folder before the first test of a suite, after the suite's own hooks. */
let initialNames: ReadonlySet<string> = new Set();
let suite: Suite | undefined;

export const rootHooks: RootHookObject = {
  beforeEach(this: Context) {
    if (this.currentTest?.parent === suite) return;
    suite = this.currentTest?.parent;
    initialNames = new Set(readdirSync(openFolder()));
  },
  async afterEach(this: Context) {
    const failed = this.currentTest?.state === "failed";
    await stopDebugging();
    await vscode.commands.executeCommand("workbench.action.closeQuickOpen");
    await vscode.commands.executeCommand("notifications.clearAll");
    if (!failed) return;
    await printLogs();
    await reset();
  },
};

/** Ends all debug sessions. */
async function stopDebugging(): Promise<void> {
  if (vscode.debug.activeDebugSession === undefined) return;
  try {
    await vscode.debug.stopDebugging();
  } catch {
    // VS Code rejects the request if a session ends by itself at the same time.
    await eventually(
      () => vscode.debug.activeDebugSession,
      (session) => session === undefined,
    );
  }
}

/** Prints the ends of the extension's logs in the folder that MIRAGEOS_LOGS names, to explain a failed test. */
async function printLogs(): Promise<void> {
  const folder = process.env["MIRAGEOS_LOGS"];
  if (folder === undefined) return;
  for await (const file of glob("**/mirageos.mirageos/*.log", { cwd: folder })) {
    const lines = (await readFile(join(folder, file), "utf8")).trimEnd().split("\n");
    console.error([`The end of ${file}:`, ...lines.slice(-40)].join("\n"));
  }
}

function openFolder(): string {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  if (folder === undefined) throw new Error("No folder is open.");
  return folder.uri.fsPath;
}

/** Reverts what a failed test did not clean up: settings, tasks, editors, projects and sources. */
async function reset(): Promise<void> {
  for (const execution of vscode.tasks.taskExecutions) execution.terminate();
  await closeEditors();
  await resetSettings();
  await restoreSamples();
  await vscode.commands.executeCommand("mirageos.refresh");
}

async function closeEditors(): Promise<void> {
  for (const document of vscode.workspace.textDocuments.filter(({ isDirty }) => isDirty)) {
    await vscode.window.showTextDocument(document);
    await vscode.commands.executeCommand("workbench.action.revertAndCloseActiveEditor");
  }
  await vscode.commands.executeCommand("workbench.action.closeAllEditors");
}

async function resetSettings(): Promise<void> {
  const manifest: { contributes: { configuration: unknown } } | undefined =
    vscode.extensions.getExtension("mirageos.mirageos")?.packageJSON;
  const names = JSON.stringify(manifest?.contributes.configuration ?? {}).matchAll(/"mirageos\.([\w.]+)":/g);
  const settings = vscode.workspace.getConfiguration("mirageos");
  for (const [, name = ""] of names)
    if (settings.inspect(name)?.workspaceValue !== undefined)
      await settings.update(name, undefined, vscode.ConfigurationTarget.Workspace);
}

/** Removes the entries that the suite added to the open folder, and restores the sources of the samples. */
async function restoreSamples(): Promise<void> {
  const folder = openFolder();
  for (const name of readdirSync(folder)) if (!initialNames.has(name)) await removeFolder(join(folder, name));
  const extension = vscode.extensions.getExtension("mirageos.mirageos");
  if (extension === undefined) return;
  const samples = join(extension.extensionPath, "test-workspace");
  for await (const file of glob("**/{config,unikernel}.ml", { cwd: samples })) {
    const [from, to] = [join(samples, file), join(folder, file)];
    if (existsSync(to) && (await readFile(from, "utf8")) !== (await readFile(to, "utf8")))
      await copyFile(from, to);
  }
}
