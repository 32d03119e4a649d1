import { basename } from "node:path";
import * as vscode from "vscode";
import type { Run } from "../../platform/process.ts";
import { capture } from "../../platform/capture.ts";
import { getSetting } from "../../platform/vscode/settings.ts";
import type { Project, Projects } from "../../project/vscode/projects.ts";
import type { Toolchain } from "../../toolchain/vscode/toolchain.ts";
import { createSaveChecks, type CheckEnvironment } from "../check/saveChecks.ts";
import { checkArguments, checkSources, checkSyntax, syntaxArguments } from "../check/sourceCheck.ts";
import type { Jobs } from "../model.ts";
import { findEscapingLink } from "../symlinkGuard.ts";
import type { Publisher } from "./diagnostics.ts";

/** A check that takes longer is cancelled. */
const timeoutMs = 60_000;

/** Checks config.ml and the modules beside it when they are saved. */
export interface SavedFiles extends vscode.Disposable {
  readonly onSave: (document: vscode.TextDocument, project: Project) => void;
}

export function watchSavedFiles(parts: {
  run: Run;
  projects: Projects;
  jobs: Jobs;
  toolchain: Toolchain;
  publisher: Publisher;
  log: vscode.LogOutputChannel;
  /** Passed in, because this room must not import that of the private builds of config.ml. */
  checkConfig: CheckEnvironment<Project>["checkConfig"];
  isServed: (uri: vscode.Uri) => boolean;
}): SavedFiles {
  const { run, projects, jobs, toolchain, publisher, log } = parts;
  const checks = createSaveChecks<Project>({
    publisher,
    runBetween: jobs.runBetween,
    checkConfig: parts.checkConfig,
    isServed: (file) => parts.isServed(vscode.Uri.file(file)),
    checkSources: async (project, signal) => {
      const state = projects.get(project.id)?.state ?? project.state;
      const args = await checkArguments(project, state);
      if (!args || (await findEscapingLink(project))) return undefined;
      const { file, args: allArgs, env } = await toolchain.command("dune", args, project);
      const isConfigStale = state.stale.some(({ step }) => step === "configure");
      const spec = { file, args: allArgs, cwd: project.root, env };
      return checkSources(project, isConfigStale, () => capture(run, spec, { signal, timeoutMs }));
    },
    checkSyntax: async (project, files, signal) => {
      const { path } = await toolchain.command("ocaml", [], project);
      // In place of ocamlc, ocamlfind may have been found.
      if (!basename(path).startsWith("ocamlc")) return undefined;
      return checkSyntax(project, files, async (file) => {
        const command = await toolchain.command("ocaml", syntaxArguments(project, file), project);
        const spec = { file: command.file, args: command.args, cwd: project.root, env: command.env };
        return capture(run, spec, { signal, timeoutMs });
      });
    },
    logError: (error) => log.warn(`Could not check saved files: ${String(error)}`),
  });
  return {
    onSave: (document, project) => {
      const { uri } = document;
      if (vscode.workspace.isTrusted && getSetting("checkOnSave", uri))
        void checks.saved(project, uri.fsPath, document.getText());
    },
    dispose: checks.dispose,
  };
}
