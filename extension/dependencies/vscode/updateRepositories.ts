import { homedir } from "node:os";
import * as vscode from "vscode";
import { problems } from "../../platform/errors.ts";
import { showProblem } from "../../platform/vscode/showProblem.ts";
import { t } from "../../protocol/l10n.ts";
import { runInTerminal } from "../../toolchain/vscode/setupTerminal.ts";
import { forgetCatalogue } from "./packageCatalogue.ts";

/** Runs `opam update` in a terminal, and then shows the versions that it fetched. */
export async function updateRepositories(refreshRows: () => void): Promise<void> {
  if (!vscode.workspace.isTrusted) return showProblem(problems.untrusted());
  await runInTerminal(t("Update opam Repositories"), "opam update", homedir());
  forgetCatalogue();
  refreshRows();
}
