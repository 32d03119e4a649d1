import * as vscode from "vscode";
import type { TargetId } from "../../mirage/targets.ts";
import { ProblemError, targetNotReadyCode } from "../../platform/errors.ts";
import type { Project } from "../../project/vscode/projects.ts";
import { t } from "../../protocol/l10n.ts";
import type { BootTest, Failure } from "../model.ts";
import { runBootTest } from "../runBootTest.ts";
import type { BootTestHost } from "./bootTestHost.ts";

/** A test of the Testing view. */
export interface TestEntry {
  readonly projectId: string;
  readonly test: BootTest;
  readonly item: vscode.TestItem;
  readonly rangeOf: (range: BootTest["range"]) => vscode.Range;
}

/** Codes of problems that say that the computer, not the unikernel, prevents a boot. */
const hostProblems: readonly string[] = [targetNotReadyCode, "not-ready", "not-bootable", "boot-by-hand"];

/**
 * Runs tests: those of one unikernel one after another, those of different unikernels side by side. `target` is the one of
 * the run profile; without it, a test runs on its own targets, or on the unikernel's.
 */
export async function runTests(
  host: BootTestHost,
  controller: vscode.TestController,
  request: vscode.TestRunRequest,
  entries: readonly TestEntry[],
  target: TargetId | undefined,
  token: vscode.CancellationToken,
): Promise<void> {
  const run = controller.createTestRun(request);
  const abort = new AbortController();
  token.onCancellationRequested(() => abort.abort());
  run.token.onCancellationRequested(() => abort.abort());
  for (const { item } of entries) run.enqueued(item);
  const groups = Map.groupBy(entries, ({ projectId }) => projectId);
  await Promise.all(
    [...groups].map(async ([id, tests]) => {
      for (const entry of tests) {
        const project = host.projects.get(id);
        if (abort.signal.aborted || !project) run.skipped(entry.item);
        else await runTest(host, run, project, entry, target, abort.signal);
      }
    }),
  );
  run.end();
}

/** The targets on which a test runs; empty if it is not meant for the target of the run profile. */
function targetsOf(
  { targets }: BootTest,
  profile: TargetId | undefined,
  project: Project,
): readonly TargetId[] {
  if (targets.length === 0) return [profile ?? project.target];
  return profile === undefined ? targets : targets.filter((id) => id === profile);
}

async function runTest(
  host: BootTestHost,
  run: vscode.TestRun,
  project: Project,
  entry: TestEntry,
  profile: TargetId | undefined,
  signal: AbortSignal,
): Promise<void> {
  const { item, test } = entry;
  const print = (text: string) => run.appendOutput(text.replaceAll(/\r?\n/g, "\r\n"), undefined, item);
  run.started(item);
  const messages: vscode.TestMessage[] = [];
  let durationMs = 0;
  let hasRun = false;
  for (const target of targetsOf(test, profile, project)) {
    const result = await bootOnce(host, project, entry, target, print, signal);
    if (result === "cancelled") return run.skipped(item);
    if (result === "skipped") continue;
    hasRun = true;
    durationMs += result.durationMs;
    messages.push(...result.messages);
  }
  if (messages.length > 0) run.failed(item, messages, durationMs);
  else if (hasRun) run.passed(item, durationMs);
  else run.skipped(item);
}

/** Boots a test on one target. `skipped`: this computer can't; the reason is printed. */
async function bootOnce(
  host: BootTestHost,
  project: Project,
  { test, item, rangeOf }: TestEntry,
  target: TargetId,
  print: (text: string) => void,
  signal: AbortSignal,
): Promise<
  "cancelled" | "skipped" | { readonly durationMs: number; readonly messages: readonly vscode.TestMessage[] }
> {
  print(`${t("▶ {0} on {1}", test.name, target)}\n`);
  const stopped = new AbortController();
  const abort = AbortSignal.any([signal, stopped.signal]);
  try {
    const configuration = launchOf(project, test, target);
    const boot = await host.prepareBoot(project, configuration, signal, () => stopped.abort());
    const result = await runBootTest(
      test,
      {
        ...boot,
        onOutput: (stream, bytes) => {
          boot.onOutput(bytes);
          for (const writer of boot.writers) writer[stream](bytes);
          print(Buffer.from(bytes).toString());
        },
        explain: (ended) => {
          const ending = boot.explain(ended);
          for (const writer of boot.writers) writer.end(ending);
          return ending;
        },
      },
      { run: host.run, signal: abort },
    );
    if (result.isCancelled) return "cancelled";
    return {
      durationMs: result.durationMs,
      messages: result.failures.map((failure) => messageOf(failure, item, rangeOf, target)),
    };
  } catch (error) {
    if (signal.aborted) return "cancelled";
    const message = error instanceof Error ? error.message : String(error);
    print(`${message}\n`);
    if (error instanceof ProblemError && hostProblems.includes(error.problem.code)) return "skipped";
    return { durationMs: 0, messages: [new vscode.TestMessage(message)] };
  }
}

const launchOf = (project: Project, { name, launch }: BootTest, target: TargetId) => ({
  ...launch,
  name,
  unikernel: project.buildDir,
  target,
});

function messageOf(
  { message, range, expected, actual }: Failure,
  { uri }: vscode.TestItem,
  rangeOf: TestEntry["rangeOf"],
  target: TargetId,
): vscode.TestMessage {
  const text = t("On {0}: {1}", target, message);
  const result =
    expected !== undefined && actual !== undefined
      ? vscode.TestMessage.diff(text, expected, actual)
      : new vscode.TestMessage(text);
  if (uri) result.location = new vscode.Location(uri, rangeOf(range));
  return result;
}

/** Debugs the boot of a test. Its expectations are not checked, because the unikernel may stop anywhere. */
export async function debugTest(
  host: BootTestHost,
  controller: vscode.TestController,
  request: vscode.TestRunRequest,
  { projectId, test, item }: TestEntry,
  token: vscode.CancellationToken,
): Promise<void> {
  const project = host.projects.get(projectId);
  if (!project) return;
  const run = controller.createTestRun(request);
  run.started(item);
  const [target = project.target] = targetsOf(test, undefined, project);
  const ended = Promise.withResolvers<void>();
  const configuration = { type: "mirage", request: "launch", ...launchOf(project, test, target) };
  const listener = vscode.debug.onDidTerminateDebugSession((session) => {
    if (session.configuration.name === test.name) ended.resolve();
  });
  token.onCancellationRequested(() => void vscode.debug.stopDebugging());
  const folder = vscode.workspace.getWorkspaceFolder(vscode.Uri.file(project.id));
  if (await vscode.debug.startDebugging(folder, configuration)) await ended.promise;
  listener.dispose();
  run.skipped(item);
  run.end();
}
