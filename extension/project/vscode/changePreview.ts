import * as vscode from "vscode";
import { showInformationMessage } from "../../platform/vscode/messages.ts";
import { t } from "../../protocol/l10n.ts";

/** The proposed content of a file. */
export interface ChangedFile {
  readonly uri: vscode.Uri;
  readonly text: string;
  /** Whether the file does not exist yet. */
  readonly created?: boolean;
}

/** Changes that are shown, and not yet applied or discarded. */
interface Review {
  readonly title: string;
  readonly answer: (apply: boolean) => void;
}

const scheme = "mirageos-changed";
const reviews: Review[] = [];

/**
 * Shows the diffs of all files in one editor and asks whether to apply them. Returns whether the user chose `button`
 * in the notification, or Apply Changes above the diffs: VS Code hides the notification after some seconds.
 * VS Code's own preview of a workspace edit is not used, because changes that need confirmation start unchecked there
 * and Apply then skips them.
 */
export async function confirmChanges(
  title: string,
  question: string,
  button: string,
  files: readonly ChangedFile[],
): Promise<boolean> {
  const texts = new Map(files.map(({ uri, text }) => [uri.with({ scheme }).toString(), text]));
  const provider = vscode.workspace.registerTextDocumentContentProvider(scheme, {
    provideTextDocumentContent: (uri) => texts.get(uri.toString()),
  });
  let answer: boolean | undefined;
  const first = Promise.withResolvers<boolean>();
  const review: Review = {
    title,
    answer: (apply) => {
      answer ??= apply;
      first.resolve(answer);
    },
  };
  // The buttons can be clicked before VS Code reports that it shows the diffs.
  reviews.push(review);
  updateButtons();
  try {
    await vscode.commands.executeCommand(
      "vscode.changes",
      title,
      files.map(({ uri, created }) => [uri, created === true ? undefined : uri, uri.with({ scheme })]),
    );
    void showInformationMessage(question, button, t("Discard")).then((chosen) => {
      // VS Code can't withdraw the notification after an answer above the diffs.
      if (chosen !== undefined && answer !== undefined)
        void showInformationMessage(
          answer
            ? t("The changes have already been applied.")
            : t("The changes have already been discarded."),
        );
      review.answer(chosen === button);
    });
    return await first.promise;
  } finally {
    reviews.splice(0, reviews.length, ...reviews.filter((other) => other !== review));
    updateButtons();
    const tabs = vscode.window.tabGroups.all.flatMap(({ tabs: each }) => each);
    await vscode.window.tabGroups.close(tabs.filter(({ label }) => label.startsWith(title)));
    provider.dispose();
  }
}

/** Applies or discards the changes in the active editor, or else those that were shown last. */
export function answerChanges(apply: boolean): void {
  const label = vscode.window.tabGroups.activeTabGroup.activeTab?.label ?? "";
  const shown = reviews.findLast(({ title }) => label.startsWith(title)) ?? reviews.at(-1);
  shown?.answer(apply);
}

const setKey = (key: string, value: boolean): void =>
  void vscode.commands.executeCommand("setContext", `mirageos.${key}`, value);

/** Shows or hides the buttons above the diffs. */
const updateButtons = (): void => setKey("reviewsChanges", reviews.length > 0);
