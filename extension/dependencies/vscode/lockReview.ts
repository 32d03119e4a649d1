import { writeFile } from "node:fs/promises";
import { basename } from "node:path";
import * as vscode from "vscode";
import { readText } from "../../platform/readText.ts";
import { t } from "../../protocol/l10n.ts";
import { compareLocks, lockChangesText, lockSummary } from "../lockChanges.ts";
import { readLockFile } from "../lockFile.ts";

const scheme = "mirageos-lock";

/** A lock file that was written again. */
export interface NewLock {
  /** The name of the unikernel. */
  readonly name: string;
  /** Absolute path of the lock file. */
  readonly path: string;
  /** What the file contained before. */
  readonly before: string;
}

/**
 * Shows how the packages of a lock file changed, and restores the old file if the user wants to keep it. Does nothing
 * if the packages are the same. `onPrompt` is called with true before the question and with false after the answer. If
 * the signal is aborted, the new lock stays.
 */
export async function reviewLock(
  { name, path, before }: NewLock,
  onPrompt: (open: boolean) => void,
  signal: AbortSignal,
): Promise<void> {
  const after = await readText(path);
  const [old, now] = [readLockFile(before), readLockFile(after ?? "")];
  const changes = old.complete && now.complete ? compareLocks(old, now) : undefined;
  if (!changes) return;
  const title = t("Changes of {0}", basename(path));
  const text = lockChangesText(title, changes);
  const uri = vscode.Uri.from({ scheme, path: `/${title}.md` });
  const provider = vscode.workspace.registerTextDocumentContentProvider(scheme, {
    provideTextDocumentContent: () => text,
  });
  onPrompt(true);
  try {
    await vscode.window.showTextDocument(uri, { preview: true, preserveFocus: true });
    const keepOld = t("Keep the Old Lock");
    const aborted = new Promise<undefined>((resolve) => {
      signal.addEventListener("abort", () => resolve(undefined), { once: true });
    });
    const question = vscode.window.showInformationMessage(
      t("The lock file of {0} has changed: {1}.", name, lockSummary(changes)),
      t("Keep the New Lock"),
      keepOld,
    );
    if ((await Promise.race([question, aborted])) === keepOld) await writeFile(path, before);
  } finally {
    onPrompt(false);
    const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
    await vscode.window.tabGroups.close(
      tabs.filter(({ input }) => input instanceof vscode.TabInputText && input.uri.scheme === scheme),
    );
    provider.dispose();
  }
}
