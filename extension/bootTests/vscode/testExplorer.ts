import { join } from "node:path";
import * as vscode from "vscode";
import { targetIds, targets, type TargetId } from "../../mirage/targets.ts";
import { sourceRanges } from "../../ocaml/sourceRange.ts";
import { readText } from "../../platform/readText.ts";
import { editorRange } from "../../platform/vscode/editorRange.ts";
import type { Project } from "../../project/vscode/projects.ts";
import { t } from "../../protocol/l10n.ts";
import { bootTestsFile } from "../fileName.ts";
import type { BootTest } from "../model.ts";
import { readBootTests } from "../readBootTests.ts";
import type { BootTestHost } from "./bootTestHost.ts";
import { debugTest, runTests, type TestEntry } from "./runTests.ts";

export interface TestExplorer extends vscode.Disposable {
  /** Reads all boot-tests.json again. */
  readonly update: () => Promise<void>;
}

/** Shows the boot tests of all unikernels in the Testing view: unikernel → test. */
export function createTestExplorer(host: BootTestHost): TestExplorer {
  const controller = vscode.tests.createTestController("mirageos.bootTests", t("Boot Tests"));
  const problems = vscode.languages.createDiagnosticCollection("mirage: boot tests");
  const entries = new Map<string, TestEntry>();

  const readProject = async (project: Project): Promise<vscode.TestItem | undefined> => {
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
    const parent = controller.createTestItem(project.id, project.name, uri);
    for (const test of found.tests) {
      const item = controller.createTestItem(`${project.id}#${test.name}`, test.name, uri);
      item.range = rangeOf(test.range);
      if (test.targets.length > 0) item.description = test.targets.join(", ");
      parent.children.add(item);
      entries.set(item.id, { projectId: project.id, test, item, rangeOf });
    }
    if (found.tests.length === 0 && found.problems.length > 0)
      parent.error = found.problems[0]?.message ?? "";
    return parent;
  };

  let updating: Promise<void> = Promise.resolve();
  const update = () => {
    updating = updating.then(async () => {
      entries.clear();
      const items = await Promise.all(host.projects.all().map(readProject));
      controller.items.replace(items.flatMap((item) => item ?? []));
    });
    return updating;
  };

  const selectedTests = ({ include, exclude }: vscode.TestRunRequest): readonly TestEntry[] => {
    const leaves = (item: vscode.TestItem): readonly vscode.TestItem[] =>
      item.children.size === 0 ? [item] : [...item.children].flatMap(([, child]) => leaves(child));
    const all = include ?? [...controller.items].map(([, item]) => item);
    const excluded = new Set((exclude ?? []).flatMap(leaves));
    const chosen = [...new Set(all.flatMap(leaves))].filter((item) => !excluded.has(item));
    return chosen.flatMap(({ id }) => entries.get(id) ?? []);
  };

  const start =
    (target: TargetId | undefined) =>
    async (request: vscode.TestRunRequest, token: vscode.CancellationToken) => {
      await update();
      if (request.continuous !== true)
        return runTests(host, controller, request, selectedTests(request), target, token);
      const builtAt = (id: string) => host.projects.get(id)?.state.image?.builtAt;
      const last = new Map(host.projects.all().map(({ id }) => [id, builtAt(id)]));
      const listener = host.projects.onDidChange(() => {
        const built = new Set(
          host.projects.all().flatMap(({ id }) => (builtAt(id) === last.get(id) ? [] : [id])),
        );
        for (const id of built) last.set(id, builtAt(id));
        const tests = selectedTests(request).filter(({ projectId }) => built.has(projectId));
        if (tests.length > 0) void runTests(host, controller, request, tests, target, token);
      });
      token.onCancellationRequested(() => listener.dispose());
      return undefined;
    };
  const { Run, Debug } = vscode.TestRunProfileKind;
  controller.createRunProfile(t("Boot"), Run, start(undefined), true, undefined, true);
  for (const target of bootableTargets())
    controller.createRunProfile(t("Boot on {0}", target), Run, start(target), false, undefined, true);
  controller.createRunProfile(
    t("Debug Boot"),
    Debug,
    async (request, token) => {
      await update();
      const [first] = selectedTests(request);
      if (first) await debugTest(host, controller, request, first, token);
    },
    true,
  );
  controller.refreshHandler = update;
  const listener = host.projects.onDidChange(() => {
    const known = new Set([...controller.items].map(([id]) => id));
    if (host.projects.all().some(({ id }) => !known.has(id)) || known.size > host.projects.all().length)
      void update();
  });
  return {
    update,
    dispose: () => {
      listener.dispose();
      controller.dispose();
      problems.dispose();
    },
  };
}

/** The targets whose images this kind of computer can boot. */
const bootableTargets = (): readonly TargetId[] =>
  targetIds.filter((id) => {
    const { booter, bootNeeds } = targets[id];
    const { platforms } = bootNeeds.host;
    return booter !== undefined && (platforms.length === 0 || platforms.includes(process.platform));
  });
