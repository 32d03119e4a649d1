import * as vscode from "vscode";
import { t } from "../../protocol/l10n.ts";

/** The proposed content of a file. */
export interface ChangedFile {
  readonly uri: vscode.Uri;
  readonly text: string;
  /** Whether the file does not exist yet. */
  readonly created?: boolean;
}

const scheme = "mirageos-changed";

/**
 * Shows the diffs of all files in one editor and asks whether to apply them. Returns whether the user chose `button`.
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
  try {
    await vscode.commands.executeCommand(
      "vscode.changes",
      title,
      files.map(({ uri, created }) => [uri, created === true ? undefined : uri, uri.with({ scheme })]),
    );
    return (await vscode.window.showInformationMessage(question, button, t("Discard"))) === button;
  } finally {
    const tabs = vscode.window.tabGroups.all.flatMap(({ tabs: each }) => each);
    await vscode.window.tabGroups.close(tabs.filter(({ label }) => label.startsWith(title)));
    provider.dispose();
  }
}
