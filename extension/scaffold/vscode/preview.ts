import * as vscode from "vscode";
import { t } from "../../platform/l10n.ts";

/** A file as it would be. */
export interface Changed {
  readonly uri: vscode.Uri;
  readonly text: string;
  /** There is no such file yet. */
  readonly created?: boolean;
}

const scheme = "mirageos-changed";

/**
 * Shows what files would become beside what they are, all of them in one editor, and asks whether to go
 * on; the answer is true where the button with this title was chosen. VS Code's own preview of a
 * workspace edit is not used: it ticks none of the changes that ask for one, and its Apply makes none.
 */
export async function agreed(
  title: string,
  question: string,
  button: string,
  files: readonly Changed[],
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
