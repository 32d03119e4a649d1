/** What the tests inside VS Code share: the open folder, its unikernels, tools written for one test. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { appendFile, chmod, cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as vscode from "vscode";
import { commandOfGoal, type Goal } from "../../extension/pipeline/goals.ts";
import type { JobResult } from "../../extension/pipeline/model.ts";
import { shortMs } from "../harness/limits.ts";

/** The open folder: a copy of the sample projects. */
export function folder(): vscode.WorkspaceFolder {
  const [first] = vscode.workspace.workspaceFolders ?? [];
  assert.ok(first, "a folder is open");
  return first;
}

/** Absolute path of something in the open folder. */
export const path = (...parts: string[]): string => join(folder().uri.fsPath, ...parts);

/** Activates the extension and waits until it has looked for unikernels. */
export async function activate(): Promise<void> {
  const extension = vscode.extensions.getExtension<{ ready: Promise<void> }>("mirageos.mirageos");
  assert.ok(extension, "the extension is installed");
  await (
    await extension.activate()
  ).ready;
}

/** Looks for unikernels again, after a test has made or removed some. */
export const refresh = (): Thenable<unknown> => vscode.commands.executeCommand("mirageos.refresh");

const added = new Set<string>();

/** A copy of a sample below the open folder, found by the extension; returns the path of its config.ml. */
export async function addProject(at: string, sample = "hello"): Promise<string> {
  added.add(at.split("/")[0] ?? at);
  await mkdir(path(at), { recursive: true });
  for (const file of ["config.ml", "unikernel.ml"]) await cp(path(sample, file), path(at, file));
  await refresh();
  return path(at, "config.ml");
}

/** Removes a folder of the workspace and the unikernels in it. */
export async function removeProject(at: string): Promise<void> {
  await rm(path(at), { recursive: true, force: true });
  await refresh();
}

/** Removes what addProject made since the last time; for `afterEach`. */
export async function removeAdded(): Promise<void> {
  for (const at of added) await rm(path(at), { recursive: true, force: true });
  if (added.size > 0) await refresh();
  added.clear();
}

/**
 * Runs a goal as its command does, for the unikernel with this config.ml, and returns how the job
 * ended: what a user reads in the notification is in it.
 */
export async function command(goal: Goal, configFile: string): Promise<JobResult> {
  const result = await vscode.commands.executeCommand<JobResult | undefined>(commandOfGoal[goal], configFile);
  assert.ok(result, `${goal} started a job`);
  return result;
}

/** What the user is told about a job that failed: the hint where there is one, else the problem. */
export function failure(result: JobResult): string {
  assert.equal(result.kind, "failed", `the job should have failed: ${JSON.stringify(result)}`);
  return (result.hint ?? result.problem).message;
}

/** Fails, naming why, unless the job did what it was to do. */
export function assertDone(result: JobResult): void {
  assert.equal(result.kind, "done", JSON.stringify(result));
}

/** Configures and fetches a unikernel where that has not been done. */
export async function ensureFetched(project: string): Promise<string> {
  const configFile = path(project, "config.ml");
  if (!existsSync(path(project, "duniverse"))) assertDone(await command("fetch", configFile));
  return configFile;
}

/** The tasks of type mirage that VS Code offers. */
export const mirageTasks = (): Thenable<vscode.Task[]> => vscode.tasks.fetchTasks({ type: "mirage" });

/** The task with this goal for the unikernel in this folder. */
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
  const ended = until(vscode.tasks.onDidEndTaskProcess, ({ execution }) => execution.task.name === task.name);
  await vscode.tasks.executeTask(task);
  return (await ended).exitCode;
}

/** Waits for the first event that satisfies the predicate. */
export function until<T>(event: vscode.Event<T>, satisfies: (value: T) => boolean): Promise<T> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => {
      listener.dispose();
      reject(new Error(`Nothing that was awaited happened within ${shortMs} ms.`));
    }, shortMs);
    const listener = event((value) => {
      if (!satisfies(value)) return;
      clearTimeout(late);
      listener.dispose();
      resolve(value);
    });
  });
}

/** Asks again and again until the answer satisfies: for what VS Code announces with no event. */
export async function eventually<T>(
  ask: () => Thenable<T> | T,
  satisfies: (answer: T) => boolean,
): Promise<T> {
  const end = performance.now() + shortMs;
  for (;;) {
    const answer = await ask();
    if (satisfies(answer)) return answer;
    if (performance.now() > end)
      assert.fail(`still not so after ${shortMs} ms: ${JSON.stringify(answer, undefined, 2)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** The diagnostics of a file, as soon as they satisfy. */
export async function diagnostics(
  file: string,
  satisfies: (all: readonly vscode.Diagnostic[]) => boolean,
): Promise<readonly vscode.Diagnostic[]> {
  const uri = vscode.Uri.file(file);
  const now = () => vscode.languages.getDiagnostics(uri);
  if (!satisfies(now()))
    await until(vscode.languages.onDidChangeDiagnostics, () => satisfies(now())).catch(() =>
      assert.fail(`the diagnostics of ${file} are ${JSON.stringify(now(), undefined, 2)}`),
    );
  return now();
}

/** Programs that stand in the place of others while a test runs. */
export interface Tools {
  /** The arguments of each call of a program so far, one line a call. */
  readonly calls: (tool: string) => Promise<string[]>;
  /** A folder of the test's own, without odd letters. */
  readonly folder: string;
  readonly restore: () => Promise<void>;
}

/**
 * Puts shell scripts in the place of tools, by the setting mirageos.toolPaths. A script reads its
 * arguments in "$@" and may `exec` the tool that PATH has under its name.
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
    calls: async (tool) => (await readFile(join(own, `${tool}.calls`), "utf8")).split("\n").filter(Boolean),
    restore: async () => {
      await setting("toolPaths", undefined);
      await rm(own, { recursive: true, force: true });
    },
  };
}

/** Sets a setting of the extension for the workspace; undefined removes it. */
export async function setting(name: string, value: unknown): Promise<void> {
  const target = vscode.ConfigurationTarget.Workspace;
  await vscode.workspace.getConfiguration("mirageos").update(name, value, target);
}

/** Rewrites a file of the open folder, as an editor outside VS Code does. */
export async function edit(file: string, change: (text: string) => string): Promise<void> {
  await writeFile(file, change(await readFile(file, "utf8")));
}
