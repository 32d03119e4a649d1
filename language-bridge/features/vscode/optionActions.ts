import * as vscode from "vscode";
import type { MirageVersion } from "../../../extension/project/vscode/headerCheck.ts";
import type { Projects } from "../../../extension/project/vscode/projects.ts";
import { migratedOption } from "../../../extension/mirage/migrations.ts";
import { t } from "../../../extension/protocol/l10n.ts";

const files: vscode.DocumentSelector = { scheme: "file", pattern: "**/.vscode/{launch,tasks}.json" };

/** Quick fixes in launch.json and tasks.json for options and boot arguments that mirage has renamed. */
export function registerOptionActions(projects: Projects, mirageVersion: MirageVersion): vscode.Disposable {
  return vscode.languages.registerCodeActionsProvider(
    files,
    {
      provideCodeActions: async (document, { start }) => {
        const { text } = document.lineAt(start.line);
        const options = [...text.matchAll(/"(--[\w-]+(?:=[^"\\]*)?)"(?:\s*,)?/g)];
        const project = projects.selected() ?? projects.all()[0];
        const version = options.length > 0 && project ? await mirageVersion(project) : undefined;
        if (version === undefined) return [];
        return options.flatMap(([whole, option = ""]) => {
          const migrated = migratedOption(option, version);
          if (!migrated) return [];
          const [replacement] = migrated;
          const title =
            replacement === undefined
              ? t("Remove {0} (removed in mirage 4.11)", option)
              : t("Replace {0} with {1} (renamed in mirage 4.11)", option, replacement);
          const action = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
          const from = text.indexOf(whole);
          const range = new vscode.Range(start.line, from, start.line, from + whole.length);
          action.edit = new vscode.WorkspaceEdit();
          action.edit.replace(
            document.uri,
            range,
            replacement === undefined ? "" : whole.replace(option, replacement),
          );
          return [action];
        });
      },
    },
    { providedCodeActionKinds: [vscode.CodeActionKind.QuickFix] },
  );
}
