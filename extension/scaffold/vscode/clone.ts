import { rm } from "node:fs/promises";
import { join } from "node:path";
import * as vscode from "vscode";
import { findProgram, type Env } from "../../platform/env.ts";
import type { Run } from "../../platform/process.ts";
import {
  checkOut,
  cloneBare,
  listExamples,
  skeletonUrl,
  type GitFailure,
  type GitInput,
  type GitOutcome,
} from "../clone.ts";
import { exists } from "../write.ts";
import { t } from "../../platform/l10n.ts";

const title = t("Clone from mirage-skeleton");
const folderName = "mirage-skeleton";

/**
 * Asks for a folder and for an example, and clones the upstream examples there: one or all. What was
 * begun and not finished is removed; what was there before is never touched. Gives the folder.
 */
export async function cloneSkeleton(run: Run): Promise<string | undefined> {
  const env: Env = Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
  const git = await findProgram("git", env);
  if (git === undefined) {
    await vscode.window.showErrorMessage(t("git was not found on PATH. Install it, then try again."));
    return undefined;
  }
  const parent = await askForFolder();
  if (parent === undefined) return undefined;
  const folder = join(parent, folderName);
  const input = { run, git, env, url: skeletonUrl };

  let made = false;
  let finished = false;
  try {
    const listed = await withProgress(t("Listing the examples"), input, async (asked) => {
      const cloned = await cloneBare(asked, folder, parent);
      made = cloned.kind === "done";
      return cloned.kind === "done" ? listExamples(asked, folder) : cloned;
    });
    if (listed.kind !== "list") return await tellFailure(listed, run);
    const chosen = await askForExample(listed.paths);
    if (chosen === undefined) return undefined;
    const examples = chosen === "all" ? chosen : [chosen];
    const outcome = await withProgress(t("Fetching"), input, (asked) => checkOut(asked, folder, examples));
    if (outcome.kind !== "done") return await tellFailure(outcome, run);
    finished = true;
    // Not awaited: the question may stay for as long as the user likes.
    void offerToOpen(chosen === "all" ? folder : join(folder, ...chosen.split("/")), folder);
  } finally {
    // Made by this command, and of no use: a clone without files.
    if (made && !finished) await rm(folder, { recursive: true, force: true });
  }
  return folder;
}

async function offerToOpen(example: string, folder: string): Promise<void> {
  const [here, other, add] = [t("Open"), t("Open in New Window"), t("Add to Workspace")];
  const uri = vscode.Uri.file(example);
  if (vscode.workspace.getWorkspaceFolder(uri)) return;
  const folders = vscode.workspace.workspaceFolders ?? [];
  const chosen = await vscode.window.showInformationMessage(
    t("The examples are in {0}.", folder),
    ...(folders.length > 0 ? [add, here, other] : [here, other]),
  );
  if (chosen === add) vscode.workspace.updateWorkspaceFolders(folders.length, 0, { uri });
  else if (chosen !== undefined)
    await vscode.commands.executeCommand("vscode.openFolder", uri, { forceNewWindow: chosen === other });
}

/** A folder that has no `mirage-skeleton` yet; asks again while the chosen one has. */
async function askForFolder(): Promise<string | undefined> {
  for (;;) {
    const [first] = vscode.workspace.workspaceFolders ?? [];
    const [chosen] =
      (await vscode.window.showOpenDialog({
        title: t("{0}: where the folder {1} is made", title, folderName),
        openLabel: t("Clone Here"),
        canSelectFiles: false,
        canSelectFolders: true,
        ...(first && { defaultUri: first.uri }),
      })) ?? [];
    if (!chosen) return undefined;
    if (!(await exists(join(chosen.fsPath, folderName)))) return chosen.fsPath;
    await vscode.window.showWarningMessage(
      t(
        "{0} has a folder {1} already, and nothing is overwritten. Choose another folder.",
        chosen.fsPath,
        folderName,
      ),
    );
  }
}

async function askForExample(paths: readonly string[]): Promise<string | undefined> {
  const items = [
    { label: t("$(repo) All Examples"), description: `${paths.length}`, value: "all" },
    { label: t("one example"), kind: vscode.QuickPickItemKind.Separator, value: "" },
    ...paths.map((path) => ({
      label: path.split("/").at(-1) ?? path,
      description: path.split("/").slice(0, -1).join("/"),
      value: path,
    })),
  ];
  const chosen = await vscode.window.showQuickPick(items, {
    title,
    placeHolder: t("The example to fetch; more can be added later with git sparse-checkout add"),
    matchOnDescription: true,
    ignoreFocusOut: true,
  });
  return chosen?.value;
}

function withProgress<T>(what: string, input: GitInput, act: (input: GitInput) => Promise<T>): Promise<T> {
  const options = { location: vscode.ProgressLocation.Notification, title: what, cancellable: true };
  return Promise.resolve(
    vscode.window.withProgress(options, (progress, token) => {
      const ended = new AbortController();
      token.onCancellationRequested(() => ended.abort());
      return act({
        ...input,
        signal: ended.signal,
        onProgress: (message) => progress.report({ message }),
      });
    }),
  );
}

async function tellFailure(
  outcome: Exclude<GitOutcome, { kind: "done" }>,
  run: Run,
): Promise<string | undefined> {
  if (outcome.kind === "cancelled") return undefined;
  const again = t("Try Again");
  const chosen = await vscode.window.showErrorMessage(
    t("The examples were not cloned. {0}", reasonOf(outcome)),
    again,
  );
  return chosen === again ? cloneSkeleton(run) : undefined;
}

const reasonOf = ({ reason, offline }: GitFailure): string =>
  offline ? t("{0} New Unikernel has templates that need no network.", reason) : reason;
