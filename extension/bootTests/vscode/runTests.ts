import * as vscode from "vscode";
import { isTarget, type TargetId } from "../../mirage/targets.ts";
import type { KeyedQueue } from "../../platform/keyedQueue.ts";
import { chosenOptions, type Project } from "../../project/vscode/projects.ts";
import { t } from "../../protocol/l10n.ts";
import { isHostProblem } from "../hostProblem.ts";
import { keepConfiguration } from "../keepConfiguration.ts";
import type { BootTest } from "../model.ts";
import { portsInUse } from "../expect/networkChecks.ts";
import { runBootTest } from "../runBootTest.ts";
import { resourcesOf, type ResourceLocks } from "../sharedResources.ts";
import type { BootTestEnvironment } from "./bootTestEnvironment.ts";
import { failureMessage } from "./failureMessage.ts";

/** A test of the Testing view. */
export interface TestEntry {
  readonly projectId: string;
  readonly test: BootTest;
  readonly item: vscode.TestItem;
  readonly rangeOf: (range: BootTest["range"]) => vscode.Range;
}

/** What all runs of tests in a window share. */
export interface TestRunContext {
  readonly environment: BootTestEnvironment;
  readonly controller: vscode.TestController;
  /** Tests of one unikernel run one after another, also those of different runs. */
  readonly queue: KeyedQueue;
  readonly locks: ResourceLocks;
}

/** How much of a console is shown as the output of its test, in bytes; the log panel has all of it. */
const printedBytes = 1 << 20;

/**
 * Runs tests: those of one unikernel one after another, those of different unikernels side by side. `target` is the one of
 * the run profile; without it, a test runs on its own targets, or on the unikernel's. Afterwards, each unikernel is
 * configured as before. `alsoRun` runs other tests in the same run.
 */
export async function runTests(
  context: TestRunContext,
  request: vscode.TestRunRequest,
  entries: readonly TestEntry[],
  target: TargetId | undefined,
  token: vscode.CancellationToken,
  alsoRun: (run: vscode.TestRun, signal: AbortSignal) => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  const { environment, controller, queue } = context;
  const run = controller.createTestRun(request);
  const abort = new AbortController();
  token.onCancellationRequested(() => abort.abort());
  run.token.onCancellationRequested(() => abort.abort());
  for (const { item } of entries) run.enqueued(item);
  const groups = Map.groupBy(entries, ({ projectId }) => projectId);
  const runGroup = async (id: string, tests: readonly TestEntry[]) => {
    // Its target and options would change with a test that configures it.
    const project = environment.projects.get(id);
    const work = async () => {
      for (const entry of tests) {
        if (abort.signal.aborted || !project) run.skipped(entry.item);
        else await runTest(context, run, project, entry, target, abort.signal);
      }
    };
    await (project ? keepConfigured(environment, project, work) : work());
  };
  await alsoRun(run, abort.signal);
  await Promise.all([...groups].map(([id, tests]) => queue.run(id, () => runGroup(id, tests))));
  run.end();
}

/** Configures a unikernel as before after work that may configure it otherwise. */
const keepConfigured = async (
  { projects, make }: BootTestEnvironment,
  project: Project,
  work: () => Promise<void>,
) =>
  keepConfiguration(
    async () => (await projects.reread(project.id))?.state.configured,
    async ({ target, options }) => isTarget(target) && make(project, "configure", { target, options }),
    work,
  );

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
  context: TestRunContext,
  run: vscode.TestRun,
  project: Project,
  entry: TestEntry,
  profile: TargetId | undefined,
  signal: AbortSignal,
): Promise<void> {
  const { item, test } = entry;
  const print = (text: string) => run.appendOutput(text.replaceAll(/\r?\n/g, "\r\n"), undefined, item);
  run.started(item);
  const targets = targetsOf(test, profile, project);
  if (targets.length === 0) print(`${t("{0} doesn't run on {1}.", test.name, profile)}\n`);
  const messages: vscode.TestMessage[] = [];
  let durationMs = 0;
  let hasRun = false;
  for (const target of targets) {
    const result = await bootOnce(context, project, entry, target, print, signal);
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

type BootResult =
  | "cancelled"
  | "skipped"
  | { readonly durationMs: number; readonly messages: readonly vscode.TestMessage[] };

/** Boots a test on one target when what it needs is free. `skipped`: this computer can't; the reason is printed. */
async function bootOnce(
  context: TestRunContext,
  project: Project,
  entry: TestEntry,
  target: TargetId,
  print: (text: string) => void,
  signal: AbortSignal,
): Promise<BootResult> {
  const { test } = entry;
  print(`${t("▶ {0} on {1}", test.name, target)}\n`);
  const resources = resourcesOf(test, context.environment.projects.memory.attachments(project.id));
  const wait = (used: readonly string[]) =>
    print(`${t("Waiting until another test has ended, which uses {0}.", used.join(", "))}\n`);
  let free = () => {};
  try {
    free = await context.locks.acquire(resources, signal, wait);
    return await bootNow(context.environment, project, entry, target, print, signal);
  } catch (error) {
    if (signal.aborted) return "cancelled";
    const message = error instanceof Error ? error.message : String(error);
    print(`${message}\n`);
    if (isHostProblem(error)) return "skipped";
    return { durationMs: 0, messages: [new vscode.TestMessage(message)] };
  } finally {
    free();
  }
}

async function bootNow(
  environment: BootTestEnvironment,
  project: Project,
  { test, item, rangeOf }: TestEntry,
  target: TargetId,
  print: (text: string) => void,
  signal: AbortSignal,
): Promise<BootResult> {
  const place = { project, target, uri: item.uri, rangeOf, logStore: environment.logStore };
  const used = await portsInUse(test.expect);
  if (used.length > 0) {
    const messages = used.map((failure) => failureMessage(failure, { ...place, session: undefined }));
    return { durationMs: 0, messages: await Promise.all(messages) };
  }
  const stopped = new AbortController();
  let printed = 0;
  const boot = await environment.prepareBoot({
    project,
    launch: launchOf(project, test, target),
    options: test.options ?? chosenOptions(environment.projects, project, target),
    signal,
    stop: () => stopped.abort(),
  });
  const result = await runBootTest(
    test,
    {
      ...boot,
      onStart: (pid) => {
        for (const writer of boot.writers) writer.started?.(pid, false);
      },
      onOutput: (stream, bytes) => {
        boot.onOutput(bytes);
        for (const writer of boot.writers) writer[stream](bytes);
        if (printed < printedBytes) print(Buffer.from(bytes).toString());
        else if (printed < Infinity) print(`\n${t("The rest is in the Unikernel Logs panel.")}\n`);
        printed = printed < printedBytes ? printed + bytes.length : Infinity;
      },
      explain: (ended) => {
        const ending = boot.explain(ended);
        for (const writer of boot.writers) writer.end(ending);
        return ending;
      },
    },
    { run: environment.run, signal: AbortSignal.any([signal, stopped.signal]) },
  );
  if (result.isCancelled) return "cancelled";
  const messages = result.failures.map((failure) =>
    failureMessage(failure, { ...place, session: boot.session }),
  );
  return { durationMs: result.durationMs, messages: await Promise.all(messages) };
}

const launchOf = (project: Project, { name, launch }: BootTest, target: TargetId) => ({
  ...launch,
  name,
  unikernel: project.buildDir,
  target,
});

/** Debugs the boot of a test. Its expectations are not checked, because the unikernel may stop anywhere. */
export async function debugTest(
  { environment, controller, queue }: TestRunContext,
  request: vscode.TestRunRequest,
  { projectId, test, item }: TestEntry,
  token: vscode.CancellationToken,
): Promise<void> {
  const project = environment.projects.get(projectId);
  if (!project) return;
  const run = controller.createTestRun(request);
  run.started(item);
  const [target = project.target] = targetsOf(test, undefined, project);
  const debug = async () => {
    const launch = { type: "mirage", request: "launch", ...launchOf(project, test, target) };
    if (test.options === undefined) return debugUntilEnd(project, launch, token);
    const built = await environment.make(project, "build", { target, options: test.options });
    return built.kind === "done" ? debugUntilEnd(project, { ...launch, build: "never" }, token) : undefined;
  };
  await queue.run(projectId, () => keepConfigured(environment, project, debug));
  run.skipped(item);
  run.end();
}

async function debugUntilEnd(
  { id }: Project,
  configuration: vscode.DebugConfiguration,
  token: vscode.CancellationToken,
): Promise<void> {
  const ended = Promise.withResolvers<void>();
  const listener = vscode.debug.onDidTerminateDebugSession((session) => {
    if (session.configuration.name === configuration.name) ended.resolve();
  });
  token.onCancellationRequested(() => void vscode.debug.stopDebugging());
  const folder = vscode.workspace.getWorkspaceFolder(vscode.Uri.file(id));
  if (await vscode.debug.startDebugging(folder, configuration)) await ended.promise;
  listener.dispose();
}
