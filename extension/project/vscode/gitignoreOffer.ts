import { readFile, stat, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import * as vscode from "vscode";
import { showInformationMessage } from "../../platform/vscode/messages.ts";
import type { Run } from "../../platform/process.ts";
import { readText } from "../../platform/readText.ts";
import { t } from "../../protocol/l10n.ts";
import { findUntracked, generatedPaths, withIgnoredPaths } from "../gitignore.ts";
import type { Project, Projects } from "./projects.ts";

/**
 * Offers once, after the first configure of a unikernel, to add what mirage generates to `.gitignore`, if git would
 * otherwise list it as new. It is not offered for unikernels that were configured before the window was opened.
 */
export function registerGitignoreOffer(projects: Projects, run: Run): vscode.Disposable {
  const configured = new Set(
    projects.all().flatMap(({ id, state }) => (state.configured === undefined ? [] : [id])),
  );
  const known = new Set(projects.all().map(({ id }) => id));
  return projects.onDidChange(() => {
    for (const project of projects.all()) {
      const isNew = known.has(project.id) && !configured.has(project.id);
      known.add(project.id);
      if (project.state.configured === undefined) continue;
      configured.add(project.id);
      if (isNew && vscode.workspace.isTrusted && !projects.memory.knowsIgnored(project.id))
        void offer(projects, project, run);
    }
  });
}

async function offer({ memory }: Projects, { id, name, root, buildDir }: Project, run: Run): Promise<void> {
  const wanted = generatedPaths(relative(root, buildDir).replaceAll("\\", "/"));
  const paths = await findUntracked(run, root, wanted);
  if (paths.length === 0) return;
  await memory.setKnowsIgnored(id);
  const add = t("Add to .gitignore");
  const message = t(
    "mirage generated files for {0} that git lists as new, such as {1}.",
    name,
    paths.slice(0, 3).join(", "),
  );
  if ((await showInformationMessage(message, add)) !== add) return;
  const file = join(root, ".gitignore");
  // A file that exists but is not text stays as it is.
  if ((await stat(file).catch(() => undefined)) && (await readText(file)) === undefined) return;
  const text = await readFile(file, "utf8").catch(() => "");
  await writeFile(file, withIgnoredPaths(text, paths));
  await vscode.window.showTextDocument(vscode.Uri.file(file), { preview: true });
}
