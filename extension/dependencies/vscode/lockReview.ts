import { writeFile } from "node:fs/promises";
import { basename } from "node:path";
import * as vscode from "vscode";
import { showInformationMessage } from "../../platform/vscode/messages.ts";
import { readText } from "../../platform/readText.ts";
import { t } from "../../protocol/l10n.ts";
import { compareLocks, lockChangesText, lockSummary } from "../compareLocks.ts";
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
  // Two unikernels can have lock files of one name.
  const uri = vscode.Uri.from({ scheme, path: `/${title}.md`, query: path });
  const isReview = (other: vscode.Uri): boolean => other.toString() === uri.toString();
  const [keepNew, keepOld] = [t("Keep the New Lock"), t("Keep the Old Lock")];
  const answered = new vscode.EventEmitter<string | undefined>();
  const first = new Promise<string | undefined>((resolve) => void answered.event(resolve));
  const answer = (chosen?: string): void => answered.fire(chosen);
  const answerCommand = `_mirageos.answerLockReview ${path}`;
  const provider = vscode.Disposable.from(
    answered,
    vscode.workspace.registerTextDocumentContentProvider(scheme, {
      provideTextDocumentContent: (asked) => (isReview(asked) ? text : undefined),
    }),
    vscode.commands.registerCommand(answerCommand, answer),
    // VS Code hides the notification after some seconds.
    vscode.languages.registerCodeLensProvider(
      { scheme },
      {
        provideCodeLenses: (document) =>
          (isReview(document.uri) ? [keepNew, keepOld] : []).map((choice) => {
            const command = { title: choice, command: answerCommand, arguments: [choice] };
            return new vscode.CodeLens(new vscode.Range(0, 0, 0, 0), command);
          }),
      },
    ),
  );
  onPrompt(true);
  try {
    await vscode.window.showTextDocument(uri, { preview: true, preserveFocus: true });
    if (signal.aborted) answer();
    signal.addEventListener("abort", () => answer(), { once: true });
    const message = t("The lock file of {0} has changed: {1}.", name, lockSummary(changes));
    void showInformationMessage(message, keepNew, keepOld).then(answer);
    if ((await first) === keepOld) await writeFile(path, before);
  } finally {
    onPrompt(false);
    const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
    await vscode.window.tabGroups.close(
      tabs.filter(({ input }) => input instanceof vscode.TabInputText && isReview(input.uri)),
    );
    provider.dispose();
  }
}
