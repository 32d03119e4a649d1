import * as vscode from "vscode";
import { renamed, type Target } from "../names.ts";
import { configFiles, ocamlFiles, sourceOf, type UnikernelFiles } from "./files.ts";
import { t } from "../../extension/platform/l10n.ts";

/** What `main` names, at a position of config.ml or of the file that the module is in. */
export interface Place {
  readonly read: UnikernelFiles;
  readonly target: Target;
  readonly all: readonly Target[];
  readonly inConfig: boolean;
}

type PlaceAt = (document: vscode.TextDocument, position: vscode.Position) => Promise<Place | undefined>;

/**
 * Rename of a module that `main` names, from either of its ends. Other uses of the module are the
 * language server's to know, ours is config.ml: the server is asked about the module in its file, and
 * the name in config.ml is added to what it says.
 *
 * VS Code takes the first provider that can rename, and the last one registered is the first. A
 * server may come at any time, so that ours is registered anew when the cursor comes to such a module.
 */
export function registerRename(placeAt: PlaceAt): vscode.Disposable {
  // While others are asked, this one must not answer.
  let asking = false;
  const provider: vscode.RenameProvider = {
    prepareRename: async (document, position) => {
      const at = asking ? undefined : await placeAt(document, position);
      const { definition, name, lastName } = at?.target ?? {};
      // No error: VS Code would show it although the next provider can rename what is here.
      if (!at || !definition || !name || !lastName) return undefined;
      const range = at.inConfig
        ? at.read.config.range(lastName)
        : sourceOf(at.read, at.target)?.range(definition);
      return range && { range, placeholder: name };
    },
    provideRenameEdits: async (document, position, newName) => {
      const at = asking ? undefined : await placeAt(document, position);
      const source = at && sourceOf(at.read, at.target);
      if (!at?.target.definition || !source) return undefined;
      if (!/^[A-Z][\w']*$/.test(newName))
        throw new Error(t("{0} is no name of a module: it has to begin with a capital letter.", newName));
      const known = await othersSay(source.uri, source.range(at.target.definition).start, newName);
      const edit = known ?? new vscode.WorkspaceEdit();
      for (const { file, span } of renamed(at.all, at.target, source.text)) {
        if (file === "config") edit.replace(at.read.config.uri, at.read.config.range(span), newName);
        else if (!known) edit.replace(source.uri, source.range(span), newName);
      }
      return edit;
    },
  };

  /** What a language server would change; undefined where none can tell. */
  const othersSay = async (uri: vscode.Uri, position: vscode.Position, newName: string) => {
    asking = true;
    try {
      // VS Code loses the new name on its way where it has to open the file for this command itself.
      await vscode.workspace.openTextDocument(uri);
      const command = "vscode.executeDocumentRenameProvider";
      const edit = await vscode.commands.executeCommand<vscode.WorkspaceEdit | undefined>(
        command,
        uri,
        position,
        newName,
      );
      return edit && edit.size > 0 ? edit : undefined;
    } catch {
      return undefined;
    } finally {
      asking = false;
    }
  };

  let inSources: vscode.Disposable | undefined;
  let last: string | undefined;
  const selected = vscode.window.onDidChangeTextEditorSelection(async ({ textEditor, selections }) => {
    const [first] = selections;
    const { document } = textEditor;
    if (!first || vscode.languages.match(ocamlFiles, document) === 0) return;
    const at = await placeAt(document, first.active);
    const here =
      at?.target.definition && !at.inConfig ? `${document.uri.toString()} ${at.target.module}` : undefined;
    const entered = here !== undefined && here !== last;
    last = here;
    if (!entered) return;
    inSources?.dispose();
    inSources = vscode.languages.registerRenameProvider(ocamlFiles, provider);
  });
  return vscode.Disposable.from(vscode.languages.registerRenameProvider(configFiles, provider), selected, {
    dispose: () => inSources?.dispose(),
  });
}
