import { relative, resolve, sep } from "node:path";
import * as vscode from "vscode";
import { showInformationMessage } from "../../platform/vscode/messages.ts";
import { capture } from "../../platform/capture.ts";
import { readText } from "../../platform/readText.ts";
import { showProblem } from "../../platform/vscode/showProblem.ts";
import { problems, ProblemError } from "../../platform/errors.ts";
import { ownerOf } from "../../project/vscode/pickProject.ts";
import type { Project } from "../../project/vscode/projects.ts";
import { t } from "../../protocol/l10n.ts";
import { findDuneTests, testArguments, testOfFolder, type DuneTest } from "../duneTests/findDuneTests.ts";
import { caseEnvironment, readCases, type TestCase } from "../duneTests/readCases.ts";
import { placesIn, readDuneOutput, textsOfDiff, type DuneFailure } from "../duneTests/readOutput.ts";
import type { BootTestEnvironment } from "./bootTestEnvironment.ts";

type DuneTestEnvironment = Pick<BootTestEnvironment, "run" | "projects" | "toolchain" | "jobs">;

/** A test that dune runs, in the Testing view. */
export interface DuneTestEntry {
  readonly projectId: string;
  readonly test: DuneTest;
  readonly item: vscode.TestItem;
}

/** Fires after the output of a test was accepted. */
const accepted = new vscode.EventEmitter<
  Pick<DuneTestEntry, "projectId"> & Pick<DuneTest, "folder" | "alias">
>();
export const onDidAcceptOutput = accepted.event;

/** How the context of a message begins whose output can be accepted; package.json shows a button for it. */
const acceptContext = "mirageos.accept ";
/** A test that takes longer is cancelled. Its first run may compile the dependencies. */
const timeoutMs = 30 * 60_000;

/** Separates the id of a test from the name of a case. */
const caseSeparator = "\n";
/** The id of the test to which the id of an item belongs, which may be that of a case. */
export const testIdOf = (id: string): string => id.split(caseSeparator)[0] ?? id;

/** Whether the workspace has a test that dune can run. */
export async function hasDuneTests(environment: DuneTestEnvironment): Promise<boolean> {
  const found = await Promise.all(
    environment.projects.all().map((project) => duneTestsOf(environment, project)),
  );
  return found.flat().length > 0;
}

/** The tests of a unikernel that dune runs; none without dune or in Restricted Mode. */
export async function duneTestsOf(
  { toolchain }: DuneTestEnvironment,
  project: Project,
): Promise<readonly DuneTest[]> {
  if (!vscode.workspace.isTrusted) return [];
  const found = await findDuneTests(project.root, project.buildDir);
  return found.length > 0 && (await toolchain.path("dune", project)) !== undefined ? found : [];
}

/** Makes the item of a test, with the cases that it has so far. */
export function createDuneItem(
  controller: vscode.TestController,
  project: Project,
  test: DuneTest,
): DuneTestEntry {
  const id = `${project.id}#dune ${test.folder} ${test.alias}`;
  const known = controller.items.get(project.id)?.children.get(id);
  const item = controller.createTestItem(id, test.name, vscode.Uri.file(test.file));
  item.description = test.folder === "" ? "dune" : test.folder;
  item.range = lineRange(test.line);
  // Below the boot tests.
  item.sortText = `~${test.folder} ${test.name}`;
  for (const [, child] of known?.children ?? []) {
    const copy = controller.createTestItem(child.id, child.label, child.uri);
    if (child.description !== undefined) copy.description = child.description;
    copy.range = child.range;
    item.children.add(copy);
  }
  return { projectId: project.id, test, item };
}

const lineRange = (line: number) => new vscode.Range(line, 0, line, 0);

/** Runs a test in the queue of its project, and shows its cases. Without a result it is skipped. */
export async function runDuneTest(
  environment: DuneTestEnvironment,
  controller: vscode.TestController,
  run: vscode.TestRun,
  { projectId, test, item }: DuneTestEntry,
  signal: AbortSignal,
): Promise<void> {
  const project = environment.projects.get(projectId);
  if (!project || signal.aborted) return run.skipped(item);
  try {
    await environment.jobs.runQueued(
      project.root,
      async () => {
        run.started(item);
        const startedAt = performance.now();
        const print = (text: string) => run.appendOutput(text.replaceAll(/\r?\n/g, "\r\n"), undefined, item);
        const start = async (which: DuneTest) => {
          const { result, stdout, stderr } = await runDune(
            environment,
            project,
            testArguments(which),
            signal,
          );
          return { ran: which, result, output: [stdout, stderr].filter(Boolean).join("\n") };
        };
        const alone = await start(test);
        const whole = testOfFolder(test, alone.output);
        if (whole)
          print(`${t("dune before version 3.17 can't run this test alone: all tests of its folder run.")}\n`);
        const { ran, result, output } = whole ? await start(whole) : alone;
        print(output);
        if (result.kind !== "exited") {
          if (signal.aborted) return run.skipped(item);
          return run.errored(item, new vscode.TestMessage(t("dune did not end by itself.")));
        }
        // Those of a whole folder may be of other tests.
        const cases = whole ? [] : readCases(output);
        await showCases(controller, run, item, test, cases);
        const durationMs = performance.now() - startedAt;
        if (result.code === 0) return run.passed(item, durationMs);
        const messages = await Promise.all(
          readDuneOutput(output).map((failure) => messageOf(project, ran, failure)),
        );
        return run.failed(item, messages, durationMs);
      },
      signal,
    );
  } catch (error) {
    if (signal.aborted) return run.skipped(item);
    run.errored(item, new vscode.TestMessage(error instanceof Error ? error.message : String(error)));
  }
}

async function runDune(
  { run, toolchain }: DuneTestEnvironment,
  project: Project,
  args: readonly string[],
  signal: AbortSignal,
) {
  if (!vscode.workspace.isTrusted) throw new ProblemError(problems.untrusted());
  const command = await toolchain.command("dune", args, project);
  const env = { ...command.env, ...caseEnvironment };
  return capture(
    run,
    { file: command.file, args: command.args, cwd: project.root, env },
    { signal, timeoutMs },
  );
}

/** Shows the cases that a test printed. Without any, those of an earlier run are removed. */
async function showCases(
  controller: vscode.TestController,
  run: vscode.TestRun,
  item: vscode.TestItem,
  { source }: DuneTest,
  cases: readonly TestCase[],
): Promise<void> {
  const text = source === undefined || cases.length === 0 ? undefined : await readText(source);
  const uri = source === undefined || text === undefined ? item.uri : vscode.Uri.file(source);
  const children = cases.map((each) => {
    const id = [item.id, each.suite, each.name].join(caseSeparator);
    const child = controller.createTestItem(id, each.name, uri);
    child.description = each.suite;
    const at = text?.indexOf(JSON.stringify(each.name)) ?? -1;
    const line = at < 0 ? 0 : (text ?? "").slice(0, at).split("\n").length - 1;
    child.range = text === undefined ? item.range : lineRange(line);
    return child;
  });
  item.children.replace(children);
  for (const [index, each] of cases.entries()) {
    const child = children[index];
    if (!child) continue;
    if (each.result === "passed") run.passed(child);
    else if (each.result === "skipped") run.skipped(child);
    else run.failed(child, caseMessage(child, each));
  }
}

function caseMessage({ uri, range }: vscode.TestItem, { message, expected, actual }: TestCase) {
  const text = message || t("The test failed.");
  const result =
    expected === undefined || actual === undefined
      ? new vscode.TestMessage(text)
      : vscode.TestMessage.diff(text, expected, actual);
  if (uri && range) result.location = new vscode.Location(uri, range);
  return result;
}

/** The message of a failure at its place: a difference, a place that the output names, or the stanza. */
async function messageOf(
  { root }: Project,
  { file: testFile, line: testLine, folder, alias }: DuneTest,
  { file, line, message, hunks }: DuneFailure,
): Promise<vscode.TestMessage> {
  const path = file === "" ? testFile : resolve(root, file);
  const text = await readText(path);
  if (hunks.length > 0) {
    const { expected, actual } = textsOfDiff(hunks, text);
    const result = vscode.TestMessage.diff(t("The output differs."), expected, actual);
    result.location = new vscode.Location(vscode.Uri.file(path), lineRange(line));
    result.contextValue = `${acceptContext}${JSON.stringify({ folder, alias })}`;
    return result;
  }
  const result = new vscode.TestMessage(message || t("The test failed."));
  result.location = new vscode.Location(vscode.Uri.file(path), lineRange(file === "" ? testLine : line));
  if (path !== testFile) return result;
  for (const place of placesIn(message)) {
    const source = resolve(root, place.file);
    const isOwn = relative(root, source).split(sep)[0] !== ".." && (await readText(source)) !== undefined;
    if (!isOwn) continue;
    result.location = new vscode.Location(vscode.Uri.file(source), lineRange(place.line));
    break;
  }
  return result;
}

/**
 * Accepts the output of a test as expected. dune remembers differences only until its next run, so it runs the test again
 * and writes what it then finds.
 */
export async function acceptOutput(environment: DuneTestEnvironment, argument: unknown): Promise<void> {
  const test = acceptedTest(argument);
  const project = test && ownerOf(test.uri, environment.projects.all());
  if (!test || !project) return;
  const args = [...testArguments(test), "--auto-promote"];
  const { signal } = new AbortController();
  try {
    const work = async () => runDune(environment, project, args, signal);
    const { stdout, stderr } = await environment.jobs.runQueued(project.root, work, signal);
    // dune exits with 1 also after it has accepted the output.
    if (!`${stdout}\n${stderr}`.includes("Promoting "))
      void showInformationMessage(t("The output no longer differs. Run the test again."));
    else accepted.fire({ ...test, projectId: project.id });
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    void showProblem(error.problem);
  }
}

/** The test of a message, which VS Code passes to the commands of its buttons. */
function acceptedTest(argument: unknown) {
  if (typeof argument !== "object" || argument === null || !("message" in argument)) return undefined;
  const { message } = argument;
  if (!(message instanceof vscode.TestMessage) && (typeof message !== "object" || message === null))
    return undefined;
  const { contextValue, location } = message as Partial<vscode.TestMessage>;
  if (!contextValue?.startsWith(acceptContext) || !location) return undefined;
  const value: unknown = JSON.parse(contextValue.slice(acceptContext.length));
  if (typeof value !== "object" || value === null || !("folder" in value) || !("alias" in value))
    return undefined;
  return { uri: location.uri, folder: String(value.folder), alias: String(value.alias) };
}
