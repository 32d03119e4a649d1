import * as vscode from "vscode";
import { ProblemError } from "../../platform/errors.ts";
import { ownerOf } from "../../project/vscode/pickProject.ts";
import type { Projects } from "../../project/vscode/projects.ts";
import type { Toolchain } from "./toolchain.ts";
import { t } from "../../protocol/l10n.ts";

/** Registers the language status item of OCaml and dune files, which shows the switch in use and opens the picker. */
export function registerSwitchStatus(projects: Projects, toolchain: Toolchain): vscode.Disposable {
  const selector = [{ pattern: "**/*.{ml,mli}" }, { pattern: "**/dune{,-project}" }];
  const item = vscode.languages.createLanguageStatusItem("mirageos.switch", selector);
  item.name = t("MirageOS Switch");
  item.command = { command: "mirageos.selectSwitch", title: t("Select Switch") };
  item.text = "MirageOS";
  const refresh = async () => {
    const file = vscode.window.activeTextEditor?.document.uri;
    const project = file && ownerOf(file, projects.all());
    // The environment is read when a unikernel's file is shown, not at startup.
    if (!project || !vscode.languages.match(selector, vscode.window.activeTextEditor!.document)) return;
    item.busy = true;
    try {
      const { label, choice } = await toolchain.environment(project);
      item.text = label;
      item.detail = choice.why;
      item.severity = vscode.LanguageStatusSeverity.Information;
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      item.text = t("No switch");
      item.detail = error.problem.message;
      item.severity = vscode.LanguageStatusSeverity.Warning;
    } finally {
      item.busy = false;
    }
  };
  void refresh();
  return vscode.Disposable.from(
    item,
    toolchain.onDidChange(() => void refresh()),
    projects.onDidChange(() => void refresh()),
    vscode.window.onDidChangeActiveTextEditor(() => void refresh()),
  );
}
