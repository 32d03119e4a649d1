import { rm } from "node:fs/promises";
import { join } from "node:path";
import * as vscode from "vscode";
import {
  showErrorMessage,
  showInformationMessage,
  showWarningMessage,
} from "../../platform/vscode/messages.ts";
import { currentEnv, findProgram } from "../../platform/env.ts";
import type { Run } from "../../platform/process.ts";
import {
  checkOut,
  cloneWithoutFiles,
  listExamples,
  skeletonUrl,
  type GitFailure,
  type GitInput,
  type GitOutcome,
} from "../clone.ts";
import { isOccupied } from "../write.ts";
import { t } from "../../protocol/l10n.ts";

const title = t("Clone from mirage-skeleton");
const folderName = "mirage-skeleton";

/**
 * Prompts for a folder and an example, and clones one or all of the upstream examples there. Removes the clone if it
 * fails or is cancelled, and never changes existing files. Returns the folder, or undefined if nothing was cloned.
 */
export async function cloneSkeleton(run: Run): Promise<string | undefined> {
  const env = currentEnv();
  const git = await findProgram("git", env);
  if (git === undefined) {
    await showErrorMessage(t("git was not found on PATH. Install it, then try again."));
    return undefined;
  }
  const parent = await promptForFolder();
  if (parent === undefined) return undefined;
  const folder = join(parent, folderName);
  const input = { run, git, env, url: skeletonUrl };

  let cloned = false;
  let finished = false;
  try {
    const listed = await withProgress(t("Listing examples"), input, async (options) => {
      const outcome = await cloneWithoutFiles(options, folder, parent);
      if (outcome.kind !== "done") return outcome;
      cloned = true;
      return listExamples(options, folder);
    });
    if (listed.kind !== "list") return await showFailure(listed, run);
    const chosen = await promptForExample(listed.paths);
    if (chosen === undefined) return undefined;
    const examples = chosen === "all" ? chosen : [chosen];
    const outcome = await withProgress(t("Fetching files"), input, (options) =>
      checkOut(options, folder, examples),
    );
    if (outcome.kind !== "done") return await showFailure(outcome, run);
    finished = true;
    // Not awaited: the notification stays until the user answers it.
    void offerToOpen(chosen === "all" ? folder : join(folder, ...chosen.split("/")), folder);
  } finally {
    // A clone without files is useless.
    if (cloned && !finished) await rm(folder, { recursive: true, force: true });
  }
  return folder;
}

async function offerToOpen(example: string, folder: string): Promise<void> {
  const [here, other, add] = [t("Open"), t("Open in New Window"), t("Add to Workspace")];
  const uri = vscode.Uri.file(example);
  if (vscode.workspace.getWorkspaceFolder(uri)) return;
  const folders = vscode.workspace.workspaceFolders ?? [];
  const chosen = await showInformationMessage(
    t("Cloned the examples to {0}.", folder),
    ...(folders.length > 0 ? [add, here, other] : [here, other]),
  );
  if (chosen === add) vscode.workspace.updateWorkspaceFolders(folders.length, 0, { uri });
  else if (chosen !== undefined)
    await vscode.commands.executeCommand("vscode.openFolder", uri, { forceNewWindow: chosen === other });
}

/** Prompts for a folder until the user chooses one without a `mirage-skeleton`. */
async function promptForFolder(): Promise<string | undefined> {
  for (;;) {
    const [first] = vscode.workspace.workspaceFolders ?? [];
    const [chosen] =
      (await vscode.window.showOpenDialog({
        title: t("{0}: choose where to create the folder {1}", title, folderName),
        openLabel: t("Clone Here"),
        canSelectFiles: false,
        canSelectFolders: true,
        ...(first && { defaultUri: first.uri }),
      })) ?? [];
    if (!chosen) return undefined;
    if (!(await isOccupied(join(chosen.fsPath, folderName)))) return chosen.fsPath;
    await showWarningMessage(
      t("{0} already contains a folder {1}. Choose another folder.", chosen.fsPath, folderName),
    );
  }
}

async function promptForExample(paths: readonly string[]): Promise<string | undefined> {
  const items = [
    { label: t("$(repo) All Examples"), description: `${paths.length}`, value: "all" },
    { label: t("examples"), kind: vscode.QuickPickItemKind.Separator, value: "" },
    ...paths.map((path) => ({
      label: path.split("/").at(-1) ?? path,
      description: path.split("/").slice(0, -1).join("/"),
      value: path,
    })),
  ];
  const chosen = await vscode.window.showQuickPick(items, {
    title,
    placeHolder: t("Choose an example to fetch; to add more later, use git sparse-checkout add"),
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

async function showFailure(
  outcome: Exclude<GitOutcome, { kind: "done" }>,
  run: Run,
): Promise<string | undefined> {
  if (outcome.kind === "cancelled") return undefined;
  const tryAgain = t("Try Again");
  const chosen = await showErrorMessage(t("Could not clone the examples. {0}", reasonOf(outcome)), tryAgain);
  return chosen === tryAgain ? cloneSkeleton(run) : undefined;
}

const reasonOf = ({ reason, offline }: GitFailure): string =>
  offline ? t("{0} New Unikernel has templates that work offline.", reason) : reason;
