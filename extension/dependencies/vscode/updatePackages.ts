import { homedir } from "node:os";
import * as vscode from "vscode";
import { showErrorMessage, showInformationMessage } from "../../platform/vscode/messages.ts";
import { problems } from "../../platform/errors.ts";
import { readText } from "../../platform/readText.ts";
import { showProblem } from "../../platform/vscode/showProblem.ts";
import type { RunGoal } from "../../pipeline/vscode/runGoal.ts";
import type { Projects } from "../../project/vscode/projects.ts";
import { t } from "../../protocol/l10n.ts";
import { runInTerminal } from "../../toolchain/vscode/setupTerminal.ts";
import { lockToUpdate } from "../lockUpdate.ts";
import { forgetCatalogue } from "./packageCatalogue.ts";
import { readProjectLock } from "./projectDependencies.ts";

/**
 * Locks again with the versions of the lock file, except that of one package. Other packages change only if the new
 * version requires it. The review of the new lock shows what has changed.
 */
export async function updatePackage(projects: Projects, runGoal: RunGoal, row: unknown): Promise<void> {
  if (!vscode.workspace.isTrusted) return showProblem(problems.untrusted());
  const chosen = packageOf(row);
  const project = chosen && projects.get(chosen.id);
  const lockFile = project?.state.lockFile;
  if (!chosen || !project || lockFile === undefined) return;
  const { name } = chosen;
  const kept = lockToUpdate((await readText(lockFile)) ?? "", name);
  if (kept === undefined) {
    const lock = t("Lock");
    const message = t("The lock file is incomplete or does not contain {0}. Lock again as a whole.", name);
    if ((await showErrorMessage(message, lock)) === lock) await runGoal(project, "lock");
    return;
  }
  const before = await versionOf();
  const result = await runGoal(project, "lock", undefined, { lockFile, kept });
  if (result.kind !== "done" || (await versionOf()) !== before) return;
  const lockAll = t("Lock All Packages");
  const message = t(
    "{0} stays at {1}: you kept the old lock, or no newer version fits the other packages and config.ml.",
    name,
    before ?? "",
  );
  if ((await showInformationMessage(message, lockAll)) === lockAll) await runGoal(project, "lock");

  async function versionOf(): Promise<string | undefined> {
    const current = chosen && projects.get(chosen.id);
    const locked = (current && (await readProjectLock(current)))?.packages.find((each) => each.name === name);
    return locked && [locked.version, locked.source?.reference ?? ""].filter(Boolean).join(" · ");
  }
}

/** Runs `opam update` in a terminal, and then shows the versions that it fetched. */
export async function updateRepositories(refreshRows: () => void): Promise<void> {
  if (!vscode.workspace.isTrusted) return showProblem(problems.untrusted());
  await runInTerminal(t("Update opam Repositories"), "opam update", homedir());
  forgetCatalogue();
  refreshRows();
}

/** The package and the unikernel of a row of the Unikernels view. */
function packageOf(row: unknown): { readonly id: string; readonly name: string } | undefined {
  if (typeof row !== "object" || row === null || !("value" in row) || !("id" in row)) return undefined;
  const { id, value } = row;
  if (typeof id !== "string" || typeof value !== "object" || value === null || !("name" in value))
    return undefined;
  return typeof value.name === "string" ? { id, name: value.name } : undefined;
}
