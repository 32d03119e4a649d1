import { join } from "node:path";
import * as vscode from "vscode";
import { targetDetails } from "../../mirage/targetDetails.ts";
import { targetIds, targets, type TargetId } from "../../mirage/targets.ts";
import { createKeyedQueue } from "../../platform/keyedQueue.ts";
import { sourceRanges } from "../../ocaml/sourceRange.ts";
import { readText } from "../../platform/readText.ts";
import { editorRange } from "../../platform/vscode/editorRange.ts";
import type { Project, Projects } from "../../project/vscode/projects.ts";
import { t } from "../../protocol/l10n.ts";
import { bootTestsFile } from "../fileName.ts";
import { foldersOfRepeated } from "../itemFolders.ts";
import type { BootTest } from "../model.ts";
import { readBootTests } from "../readBootTests.ts";
import { createResourceLocks } from "../sharedResources.ts";
import type { BootTestEnvironment } from "./bootTestEnvironment.ts";
import {
  createDuneItem,
  duneTestsOf,
  onDidAcceptOutput,
  runDuneTest,
  testIdOf,
  type DuneTestEntry,
} from "./duneTestItems.ts";
import { debugTest, runTests, type TestEntry, type TestRunContext } from "./runTests.ts";

export interface TestExplorer extends vscode.Disposable {
  /** Reads all boot-tests.json and dune files again. */
  readonly update: () => Promise<void>;
}

/** Only what has this tag can be run on a target or debugged. */
const bootTag = new vscode.TestTag("boot");

interface FoundTests {
  /** By the ids of their items. */
  readonly boot: Map<string, TestEntry>;
  readonly dune: Map<string, DuneTestEntry>;
}

/** Shows the boot tests of all unikernels, and the tests that dune runs, in the Testing view: unikernel → test. */
export function createTestExplorer(environment: BootTestEnvironment): TestExplorer {
  const controller = vscode.tests.createTestController("mirageos.bootTests", t("Boot Tests"));
  const problems = vscode.languages.createDiagnosticCollection("mirage: boot tests");
  // Replaced as a whole, so that tests can be run while files are read again.
  let foundTests: FoundTests = { boot: new Map(), dune: new Map() };
  const context: TestRunContext = {
    environment,
    controller,
    queue: createKeyedQueue(),
    locks: createResourceLocks(),
  };

  const readProject = async (project: Project, found: FoundTests): Promise<vscode.TestItem | undefined> => {
    const duneTests = await duneTestsOf(environment, project);
    const parent = (await readBootTestFile(project, found)) ?? itemOf(project, project.configFile);
    for (const test of duneTests) {
      const entry = createDuneItem(controller, project, test);
      parent.children.add(entry.item);
      found.dune.set(entry.item.id, entry);
    }
    return parent.children.size > 0 || parent.error !== undefined || parent.tags.length > 0
      ? parent
      : undefined;
  };
  const itemOf = (project: Project, path: string) =>
    controller.createTestItem(project.id, project.name, vscode.Uri.file(path));

  /** Reads the boot tests of a unikernel; undefined if it has no such file. */
  const readBootTestFile = async (
    project: Project,
    into: FoundTests,
  ): Promise<vscode.TestItem | undefined> => {
    const uri = vscode.Uri.file(join(project.buildDir, bootTestsFile));
    const text = await readText(uri.fsPath);
    if (text === undefined) {
      problems.delete(uri);
      return undefined;
    }
    const ranges = sourceRanges(text);
    const rangeOf = ({ offset, length }: BootTest["range"]) => editorRange(ranges(offset, offset + length));
    const found = readBootTests(text);
    problems.set(
      uri,
      found.problems.map(({ message, range, severity }) => {
        const level = severity === "error" ? "Error" : "Warning";
        const problem = new vscode.Diagnostic(rangeOf(range), message, vscode.DiagnosticSeverity[level]);
        problem.source = "MirageOS";
        return problem;
      }),
    );
    const parent = itemOf(project, uri.fsPath);
    parent.tags = [bootTag];
    for (const test of found.tests) {
      const item = controller.createTestItem(`${project.id}#${test.name}`, test.name, uri);
      item.range = rangeOf(test.range);
      item.tags = [bootTag];
      if (test.targets.length > 0) item.description = test.targets.join(", ");
      parent.children.add(item);
      into.boot.set(item.id, { projectId: project.id, test, item, rangeOf });
    }
    if (found.tests.length === 0 && found.problems.length > 0)
      parent.error = found.problems[0]?.message ?? "";
    return parent;
  };

  let updating: Promise<void> = Promise.resolve();
  let queued: Promise<void> | undefined;
  // Many files change at once, for example with another branch; all share the next update.
  const update = () => {
    if (queued) return queued;
    updating = updating.then(async () => {
      queued = undefined;
      const projects = environment.projects.all();
      const found: FoundTests = { boot: new Map(), dune: new Map() };
      const items = await Promise.all(projects.map((project) => readProject(project, found)));
      const folders = foldersOfRepeated(projects.filter((_, index) => items[index] !== undefined));
      for (const item of items) {
        const folder = item && folders.get(item.id);
        if (item && folder !== undefined) item.description = folder;
      }
      foundTests = found;
      controller.items.replace(items.flatMap((item) => item ?? []));
    });
    queued = updating;
    return updating;
  };

  /** The ids of the chosen tests. A case belongs to its test, which runs as a whole. */
  const selectedIds = ({ include, exclude }: vscode.TestRunRequest): readonly string[] => {
    const leaves = ({ id, children }: vscode.TestItem): readonly string[] => {
      const testId = testIdOf(id);
      if (children.size === 0 || foundTests.dune.has(testId)) return [testId];
      return [...children].flatMap(([, child]) => leaves(child));
    };
    const all = include ?? [...controller.items].map(([, item]) => item);
    // An excluded case doesn't exclude the other cases of its test.
    const excluded = new Set((exclude ?? []).filter(({ id }) => testIdOf(id) === id).flatMap(leaves));
    return [...new Set(all.flatMap(leaves))].filter((id) => !excluded.has(id));
  };
  const selectedTests = (request: vscode.TestRunRequest): readonly TestEntry[] =>
    selectedIds(request).flatMap((id) => foundTests.boot.get(id) ?? []);

  const runDuneTests = async (run: vscode.TestRun, tests: readonly DuneTestEntry[], signal: AbortSignal) => {
    for (const { item } of tests) run.enqueued(item);
    await Promise.all(tests.map((entry) => runDuneTest(environment, controller, run, entry, signal)));
  };

  /** Runs a test again, so that it no longer has the mark of a difference that was accepted. */
  const runAgain = async (entry: DuneTestEntry) => {
    const request = new vscode.TestRunRequest([entry.item], undefined, undefined, false, true);
    const { token } = new vscode.CancellationTokenSource();
    await runTests(context, request, [], undefined, token, (run, signal) =>
      runDuneTests(run, [entry], signal),
    );
  };
  const acceptListener = onDidAcceptOutput(({ projectId, folder, alias }) => {
    const ofFolder = [...foundTests.dune.values()].filter(
      (each) => each.projectId === projectId && each.test.folder === folder,
    );
    const exact = ofFolder.find(({ test }) => test.alias === alias);
    if (exact) void runAgain(exact);
    // An old dune ran all tests of the folder.
    else controller.invalidateTestResults(ofFolder.map(({ item }) => item));
  });

  const start =
    (target: TargetId | undefined) =>
    async (request: vscode.TestRunRequest, token: vscode.CancellationToken) => {
      await update();
      if (request.continuous !== true) {
        const ids = target === undefined ? selectedIds(request) : [];
        const duneTests = ids.flatMap((id) => foundTests.dune.get(id) ?? []);
        return runTests(context, request, selectedTests(request), target, token, (run, signal) =>
          runDuneTests(run, duneTests, signal),
        );
      }
      runAfterBuilds(environment.projects, token, async (ids) => {
        const tests = selectedTests(request).filter(({ projectId }) => ids.has(projectId));
        if (tests.length > 0) await runTests(context, request, tests, target, token);
      });
      return undefined;
    };
  const { Run, Debug } = vscode.TestRunProfileKind;
  controller.createRunProfile(t("Boot"), Run, start(undefined), true, undefined, true);
  for (const target of bootableTargets())
    controller.createRunProfile(t("Boot on {0}", target), Run, start(target), false, bootTag, true);
  controller.createRunProfile(
    t("Debug Boot"),
    Debug,
    async (request, token) => {
      await update();
      const [first] = selectedTests(request);
      if (first) await debugTest(context, request, first, token);
    },
    true,
    bootTag,
  );
  controller.refreshHandler = update;
  const listener = environment.projects.onDidChange(() => {
    const known = new Set([...controller.items].map(([id]) => id));
    if (
      environment.projects.all().some(({ id }) => !known.has(id)) ||
      known.size > environment.projects.all().length
    )
      void update();
  });
  return {
    update,
    dispose: () => {
      listener.dispose();
      acceptListener.dispose();
      controller.dispose();
      problems.dispose();
    },
  };
}

/**
 * Calls `run` with the ids of unikernels that were built, until the token is cancelled. Tests build for their own targets
 * and configure the unikernel as before: what they build does not count.
 */
function runAfterBuilds(
  projects: Projects,
  token: vscode.CancellationToken,
  run: (ids: ReadonlySet<string>) => Promise<void>,
): void {
  const builtTimes = () =>
    new Map(
      projects.all().flatMap(({ id, state }) => (state.image ? [[id, state.image.builtAt] as const] : [])),
    );
  let last = builtTimes();
  let running: Promise<void> | undefined;
  const listener = projects.onDidChange(() => {
    if (running) return;
    const now = builtTimes();
    const built = new Set([...now].flatMap(([id, time]) => (time === last.get(id) ? [] : [id])));
    last = new Map([...last, ...now]);
    if (built.size === 0) return;
    running = run(built).finally(() => {
      last = new Map([...last, ...builtTimes()]);
      running = undefined;
    });
  });
  token.onCancellationRequested(() => listener.dispose());
}

/** The targets whose images this kind of computer can boot. */
const bootableTargets = (): readonly TargetId[] =>
  targetIds.filter((id) => {
    const { platforms } = targetDetails[id].bootNeeds.host;
    return (
      targets[id].booter !== undefined && (platforms.length === 0 || platforms.includes(process.platform))
    );
  });
