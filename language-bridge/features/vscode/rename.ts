import * as vscode from "vscode";
import { renameSpans, type MainTarget } from "../../../extension/mirage/config/mainTargets.ts";
import {
  configFiles,
  ocamlFiles,
  sourceOfMain,
  type UnikernelFiles,
} from "../../../extension/project/vscode/unikernelFiles.ts";
import { t } from "../../../extension/protocol/l10n.ts";

/** The module that `main` names, at a position in config.ml or in the module's file. */
export interface RenameTarget {
  readonly read: UnikernelFiles;
  readonly target: MainTarget;
  readonly all: readonly MainTarget[];
  readonly inConfig: boolean;
}

type FindRenameTarget = (
  document: vscode.TextDocument,
  position: vscode.Position,
) => Promise<RenameTarget | undefined>;

/**
 * Renames a module that `main` names, from config.ml or from the module's file. The language server finds
 * the uses in OCaml code: its edits for the module's file are requested, and the name in config.ml is
 * added to them.
 *
 * VS Code queries the provider that was registered last. A server may be started at any time, so ours is
 * registered again when the cursor enters the name of such a module.
 */
export function registerRename(findTarget: FindRenameTarget): vscode.Disposable {
  // True while the other providers are queried, so that ours does not answer.
  let queryingOthers = false;
  const provider: vscode.RenameProvider = {
    prepareRename: async (document, position) => {
      const at = queryingOthers ? undefined : await findTarget(document, position);
      const { definition, name, lastName } = at?.target ?? {};
      // Not an error: VS Code would show it although another provider may rename this.
      if (!at || !definition || !name || !lastName) return undefined;
      const range = at.inConfig
        ? at.read.config.range(lastName)
        : sourceOfMain(at.read, at.target)?.range(definition);
      return range && { range, placeholder: name };
    },
    provideRenameEdits: async (document, position, newName) => {
      const at = queryingOthers ? undefined : await findTarget(document, position);
      const source = at && sourceOfMain(at.read, at.target);
      if (!at?.target.definition || !source) return undefined;
      if (!/^[A-Z][\w']*$/.test(newName))
        throw new Error(
          t("{0} is not a valid module name. Module names begin with a capital letter.", newName),
        );
      const serverEdit = await queryServer(source.uri, source.range(at.target.definition).start, newName);
      const edit = serverEdit ?? new vscode.WorkspaceEdit();
      for (const { file, span } of renameSpans(at.all, at.target, source.text)) {
        if (file === "config") edit.replace(at.read.config.uri, at.read.config.range(span), newName);
        else if (!serverEdit) edit.replace(source.uri, source.range(span), newName);
      }
      return edit;
    },
  };

  /** The edits of a language server; undefined if there are none. */
  const queryServer = async (uri: vscode.Uri, position: vscode.Position, newName: string) => {
    queryingOthers = true;
    try {
      // If VS Code has to open the file for this command itself, it drops the new name.
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
      queryingOthers = false;
    }
  };

  let sourceRegistration: vscode.Disposable | undefined;
  let last: string | undefined;
  const selected = vscode.window.onDidChangeTextEditorSelection(async ({ textEditor, selections }) => {
    const [first] = selections;
    const { document } = textEditor;
    if (!first || vscode.languages.match(ocamlFiles, document) === 0) return;
    const at = await findTarget(document, first.active);
    const here =
      at?.target.definition && !at.inConfig ? `${document.uri.toString()} ${at.target.module}` : undefined;
    const entered = here !== undefined && here !== last;
    last = here;
    if (!entered) return;
    sourceRegistration?.dispose();
    sourceRegistration = vscode.languages.registerRenameProvider(ocamlFiles, provider);
  });
  return vscode.Disposable.from(vscode.languages.registerRenameProvider(configFiles, provider), selected, {
    dispose: () => sourceRegistration?.dispose(),
  });
}
