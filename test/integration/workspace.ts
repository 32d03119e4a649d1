/** Helpers for tests that run in VS Code: the open folder, its unikernels, and replacements for tools. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { appendFile, chmod, cp, mkdir, mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as vscode from "vscode";
import { removeFolder } from "../harness/temporaryFolder.ts";
import { commandOfGoal, type Goal } from "../../extension/pipeline/goals.ts";
import type { LogStore } from "../../extension/logs/store/logStore.ts";
import type { JobResult } from "../../extension/pipeline/model.ts";
import { shortMs } from "../harness/limits.ts";

/** Returns the open folder, a copy of the sample projects. */
export function folder(): vscode.WorkspaceFolder {
  const [first] = vscode.workspace.workspaceFolders ?? [];
  assert.ok(first, "a folder is open");
  return first;
}

/** Returns the absolute path of an entry of the open folder. */
export const path = (...parts: string[]): string => join(folder().uri.fsPath, ...parts);

/** Activates the extension and waits until it has searched for unikernels. */
export async function activate(): Promise<void> {
  const extension = vscode.extensions.getExtension<{ ready: Promise<void> }>("mirageos.mirageos");
  assert.ok(extension, "the extension is installed");
  await (
    await extension.activate()
  ).ready;
}

/** Searches for unikernels again, after a test has added or removed some. */
export const refresh = (): Thenable<unknown> => vscode.commands.executeCommand("mirageos.refresh");

const added = new Set<string>();

/** Copies a sample into a folder below the open folder, and returns the path of its config.ml. */
export async function addProject(at: string, sample = "hello"): Promise<string> {
  added.add(at.split("/")[0] ?? at);
  await mkdir(path(at), { recursive: true });
  for (const file of ["config.ml", "unikernel.ml"]) await cp(path(sample, file), path(at, file));
  await refresh();
  return path(at, "config.ml");
}

/** Removes a folder of the workspace and the unikernels in it. */
export async function removeProject(at: string): Promise<void> {
  await removeFolder(path(at));
  await refresh();
}

/** Removes the projects that `addProject` has added since the last call. Call this in `afterEach`. */
export async function removeAdded(): Promise<void> {
  for (const at of added) await removeFolder(path(at));
  if (added.size > 0) await refresh();
  added.clear();
}

/**
 * Runs the command of a goal for the unikernel with this config.ml, and returns the result of the job, which
 * contains the text of the notification.
 */
export async function command(goal: Goal, configFile: string): Promise<JobResult> {
  const result = await vscode.commands.executeCommand<JobResult | undefined>(commandOfGoal[goal], configFile);
  assert.ok(result, `${goal} started a job`);
  return result;
}

/**
 * Returns the message that the user sees about a failed job: the hint, or the problem if there is no hint.
 */
export function failure(result: JobResult): string {
  assert.equal(result.kind, "failed", `the job should have failed: ${JSON.stringify(result)}`);
  return (result.hint ?? result.problem).message;
}

/** Fails with the result unless the job succeeded. */
export function assertDone(result: JobResult): void {
  assert.equal(result.kind, "done", JSON.stringify(result));
}

/** Configures and fetches a unikernel, unless that has been done. */
export async function ensureFetched(project: string): Promise<string> {
  const configFile = path(project, "config.ml");
  if (!existsSync(path(project, "duniverse"))) assertDone(await command("fetch", configFile));
  return configFile;
}

/** Returns the tasks of type mirage that VS Code offers. */
export const mirageTasks = (): Thenable<vscode.Task[]> => vscode.tasks.fetchTasks({ type: "mirage" });

/** Returns the task with this goal for the unikernel in this folder. */
export async function taskFor(goal: Goal, unikernel: string): Promise<vscode.Task> {
  const all = await mirageTasks();
  const found = all.find(
    ({ definition, source }) =>
      definition["goal"] === goal && definition["unikernel"] === unikernel && source === "mirage",
  );
  assert.ok(found, `a task ${goal} for ${unikernel} is offered`);
  return found;
}

/** Runs a task and returns its exit code. */
export async function runTask(task: vscode.Task): Promise<number | undefined> {
  const ended = waitForEvent(
    vscode.tasks.onDidEndTaskProcess,
    ({ execution }) => execution.task.name === task.name,
  );
  await vscode.tasks.executeTask(task);
  return (await ended).exitCode;
}

/** Waits for the first event for which `isExpected` returns true, and returns its value. */
export function waitForEvent<T>(event: vscode.Event<T>, isExpected: (value: T) => boolean): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      listener.dispose();
      reject(new Error(`The expected event did not occur within ${shortMs} ms.`));
    }, shortMs);
    const listener = event((value) => {
      if (!isExpected(value)) return;
      clearTimeout(timer);
      listener.dispose();
      resolve(value);
    });
  });
}

/** Polls until the result is the expected one. Use this if VS Code has no event for the change. */
export async function eventually<T>(
  query: () => Thenable<T> | T,
  isExpected: (result: T) => boolean,
  limitMs = shortMs,
): Promise<T> {
  const end = performance.now() + limitMs;
  // Queries of VS Code take CPU time, so a long wait repeats them less often.
  for (let pauseMs = 25; ; pauseMs = Math.min(pauseMs * 1.3, 300)) {
    const result = await query();
    if (isExpected(result)) return result;
    if (performance.now() > end)
      assert.fail(`not the expected result after ${limitMs} ms: ${JSON.stringify(result, undefined, 2)}`);
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}

/**
 * Requests the code actions for a range. VS Code cancels the request when its document or the list of providers
 * changes, as at the start of a language server; it is then sent again.
 */
export async function codeActions(
  uri: vscode.Uri,
  range: vscode.Range,
  kind?: vscode.CodeActionKind,
): Promise<vscode.CodeAction[]> {
  const request = () =>
    vscode.commands
      .executeCommand<vscode.CodeAction[]>("vscode.executeCodeActionProvider", uri, range, kind?.value)
      .then(undefined, (error: unknown) => {
        if (error instanceof Error && error.name === "Canceled") return undefined;
        throw error;
      });
  return (await eventually(request, (actions) => actions !== undefined)) ?? [];
}

/** Waits until the diagnostics of a file are as expected, and returns them. */
export async function diagnostics(
  file: string,
  isExpected: (all: readonly vscode.Diagnostic[]) => boolean,
): Promise<readonly vscode.Diagnostic[]> {
  const uri = vscode.Uri.file(file);
  const currentDiagnostics = () => vscode.languages.getDiagnostics(uri);
  if (!isExpected(currentDiagnostics()))
    await waitForEvent(vscode.languages.onDidChangeDiagnostics, () => isExpected(currentDiagnostics())).catch(
      () =>
        assert.fail(`the diagnostics of ${file} are ${JSON.stringify(currentDiagnostics(), undefined, 2)}`),
    );
  return currentDiagnostics();
}

/** Replacements for tools while a test runs. */
export interface Tools {
  /** Returns the arguments of each call of a program, one line per call. */
  readonly calls: (tool: string) => Promise<string[]>;
  /** A temporary folder whose path has no special characters. */
  readonly folder: string;
  /** Replaces the tools again if a failed test has reverted the setting. For tools that tests share. */
  readonly ensure: () => Promise<void>;
  readonly restore: () => Promise<void>;
}

/**
 * Replaces tools by shell scripts with the setting mirageos.toolPaths. A script gets its arguments in "$@"
 * and can `exec` the original tool, which is on PATH.
 */
export async function useTools(scripts: Readonly<Record<string, string>>): Promise<Tools> {
  const own = await mkdtemp(join(tmpdir(), "mirageos-tools-"));
  const paths: Record<string, string> = {};
  for (const [tool, script] of Object.entries(scripts)) {
    const file = (paths[tool] = join(own, tool));
    await appendFile(`${file}.calls`, "");
    await writeFile(file, `#!/bin/sh\nprintf '%s\\n' "$*" >> "$0.calls"\n${script}\n`);
    await chmod(file, 0o755);
  }
  await setting("toolPaths", paths);
  return {
    folder: own,
    ensure: async () => {
      const { workspaceValue } = vscode.workspace.getConfiguration("mirageos").inspect("toolPaths") ?? {};
      if (workspaceValue === undefined) await setting("toolPaths", paths);
    },
    calls: async (tool) => (await readFile(join(own, `${tool}.calls`), "utf8")).split("\n").filter(Boolean),
    restore: async () => {
      await setting("toolPaths", undefined);
      await removeFolder(own);
    },
  };
}

/** Sets a workspace setting of the extension; `undefined` removes it. */
export async function setting(name: string, value: unknown): Promise<void> {
  const target = vscode.ConfigurationTarget.Workspace;
  await vscode.workspace.getConfiguration("mirageos").update(name, value, target);
}

/** Calls a tool as a language model does outside of a chat, and returns the text of its result. */
export async function invokeTool(name: string, input: object): Promise<string> {
  const result = await vscode.lm.invokeTool(name, { input, toolInvocationToken: undefined });
  return result.content
    .map((part) => (part instanceof vscode.LanguageModelTextPart ? part.value : ""))
    .join("");
}

/** Changes a file on disk, as an editor outside VS Code does. */
export async function edit(file: string, change: (text: string) => string): Promise<void> {
  await writeFile(file, change(await readFile(file, "utf8")));
}

/** Returns why the newest session of the log panel did not start. */
export async function lastRefusal(): Promise<string> {
  const extension = vscode.extensions.getExtension<{ logStore: () => Promise<LogStore> }>(
    "mirageos.mirageos",
  );
  assert.ok(extension);
  const store = await extension.exports.logStore();
  const [newest] = store.sessions();
  assert.equal(newest?.outcome?.cause, "refused", JSON.stringify(newest));
  return newest.outcome.reason ?? "";
}
