import * as vscode from "vscode";
import { ocamlFiles, type Files } from "../../../extension/project/vscode/unikernelFiles.ts";
import { spellingFixes } from "../../../extension/ocaml/spellingHints.ts";
import { isRequestedKind } from "../../server/serverAnswers.ts";
import { t } from "../../../extension/protocol/l10n.ts";

/** Quick fixes for the names that OCaml suggests (`Hint: Did you mean …?`), which ocamllsp does not offer. */
export function registerSpelling(files: Files): vscode.Disposable {
  return vscode.languages.registerCodeActionsProvider(
    ocamlFiles,
    {
      provideCodeActions: (document, _range, { diagnostics, only }) => {
        const { QuickFix } = vscode.CodeActionKind;
        if (!files.owner(document.uri) || !isRequestedKind(only?.value, QuickFix.value)) return [];
        // A language server and a build may report the same.
        const actions = new Map<string, vscode.CodeAction>();
        for (const diagnostic of diagnostics) {
          const { range, message, relatedInformation = [] } = diagnostic;
          const related = relatedInformation.map((information) => information.message);
          const fixes = range.isSingleLine ? spellingFixes(message, document.getText(range), related) : [];
          for (const { name, text } of fixes) {
            const action = new vscode.CodeAction(t("Change to {0}", name), QuickFix);
            action.edit = new vscode.WorkspaceEdit();
            action.edit.replace(document.uri, range, text);
            action.diagnostics = [diagnostic];
            action.isPreferred = fixes.length === 1;
            actions.set(`${range.start.line}:${range.start.character} ${text}`, action);
          }
        }
        return [...actions.values()];
      },
    },
    { providedCodeActionKinds: [vscode.CodeActionKind.QuickFix] },
  );
}
