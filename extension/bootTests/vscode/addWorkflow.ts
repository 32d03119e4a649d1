import { lstat, mkdir, readFile, realpath, writeFile } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";
import { promisify } from "node:util";
import { brotliDecompress } from "node:zlib";
import * as vscode from "vscode";
import { showInformationMessage } from "../../platform/vscode/messages.ts";
import { problems } from "../../platform/errors.ts";
import { readText } from "../../platform/readText.ts";
import { showProblem } from "../../platform/vscode/showProblem.ts";
import { confirmChanges } from "../../project/vscode/changePreview.ts";
import { projectFor } from "../../project/vscode/pickProject.ts";
import type { Project, Projects } from "../../project/vscode/projects.ts";
import { t } from "../../protocol/l10n.ts";
import { solo5Compiler } from "../../toolchain/doctor.ts";
import { bootTestsFile } from "../fileName.ts";
import type { BootTest } from "../model.ts";
import { readBootTests } from "../readBootTests.ts";
import { runnerPath, workflowPath, workflowTargets, workflowText } from "../workflow.ts";

/**
 * Adds a workflow of GitHub Actions that configures, builds and tests a unikernel, and the program that it runs. Shows the
 * workflow before anything is written, and asks also if a file is replaced.
 */
export async function addWorkflow(projects: Projects, extensionUri: vscode.Uri, on: unknown): Promise<void> {
  const project = await projectFor(projects, on);
  if (!project) return;
  const { tests } = readBootTests((await readText(join(project.buildDir, bootTestsFile))) ?? "");
  if (tests.length === 0) {
    void showInformationMessage(
      t("{0} has no boot tests. Write one into {1} first.", project.name, bootTestsFile),
    );
    return;
  }
  const chosen = await chooseTargets(project, tests);
  if (!chosen || chosen.length === 0) return;
  const repository = await repositoryOf(project);
  const below = (path: string) => relative(repository, path).split(sep).join("/");
  const subject = {
    name: project.name,
    root: below(project.root),
    buildDir: below(project.buildDir),
    targets: chosen,
    tests,
    compiler: solo5Compiler,
  };
  const path = workflowPath(subject);
  for (const name of [".github", dirname(path), path, runnerPath]) {
    const leadsTo = await leadsOut(repository, name);
    if (leadsTo !== undefined) return showProblem(problems.linkLeadsOut(name, leadsTo));
  }
  const text = workflowText(subject);
  const uri = vscode.Uri.file(join(repository, path));
  const created = (await readText(uri.fsPath)) === undefined;
  const question = created
    ? t("Write {0}, and {1}, the program that runs the tests?", path, runnerPath)
    : t("Replace {0}, and write {1}, the program that runs the tests?", path, runnerPath);
  const button = created ? t("Write") : t("Replace");
  if (!(await confirmChanges(t("Boot Test Workflow"), question, button, [{ uri, text, created }]))) return;
  const compressed = await readFile(vscode.Uri.joinPath(extensionUri, "dist", "boot-tests.js.br").fsPath);
  const runner = await promisify(brotliDecompress)(compressed);
  await mkdir(dirname(uri.fsPath), { recursive: true });
  await writeFile(uri.fsPath, text);
  await writeFile(join(repository, runnerPath), runner);
  await vscode.window.showTextDocument(uri);
}

async function chooseTargets({ target: current }: Project, tests: readonly BootTest[]) {
  const used = new Set(tests.flatMap(({ targets }) => (targets.length > 0 ? targets : [current])));
  const items = workflowTargets.map((target) => ({
    label: target,
    picked: used.has(target),
  }));
  const options = { canPickMany: true as const, placeHolder: t("Choose the targets to build and boot") };
  const picked = await vscode.window.showQuickPick(items, { ...options, title: t("Boot Test Workflow") });
  return picked && workflowTargets.filter((target) => picked.some(({ label }) => label === target));
}

/** The nearest folder with `.git`, or the workspace folder. GitHub reads workflows only there. */
async function repositoryOf({ root, workspaceFolder }: Project): Promise<string> {
  for (let folder = root; folder !== dirname(folder); folder = dirname(folder))
    if (await lstat(join(folder, ".git")).catch(() => undefined)) return folder;
  return workspaceFolder;
}

/** Where a link leads if that is outside of the folder; `undefined` for what does not exist yet. */
async function leadsOut(folder: string, name: string): Promise<string | undefined> {
  const path = join(folder, name);
  if (!(await lstat(path).catch(() => undefined))) return undefined;
  const real = await realpath(path).catch(() => undefined);
  return real?.startsWith((await realpath(folder)) + sep) ? undefined : (real ?? path);
}
