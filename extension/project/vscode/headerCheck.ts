import * as vscode from "vscode";
import { headerFor, unmetBound } from "../../mirage/version.ts";
import type { Project, Projects } from "./projects.ts";
import { t } from "../../protocol/l10n.ts";
import { editorRange } from "../../platform/vscode/editorRange.ts";

/** The source of the diagnostics that this check reports. */
export const headerSource = "mirage: version";

/** Returns the version of the mirage that would configure a unikernel, or undefined if it is unknown. */
export type MirageVersion = (project: Project) => Promise<string | undefined>;

/**
 * Compares the header `(* mirage >= a & < b *)` of each config.ml with the installed mirage, and reports a mismatch at
 * the header before mirage refuses to configure.
 */
export function registerHeaderCheck(
  projects: Projects,
  mirageVersion: MirageVersion,
  onToolchainChange: vscode.Event<void>,
): vscode.Disposable {
  const collection = vscode.languages.createDiagnosticCollection("mirageos header");
  let generation = 0;
  let published = "[]";
  const check = async () => {
    const current = ++generation;
    const checked = await Promise.all(
      projects.all().map(async (project) => [project, await diagnosticFor(project, mirageVersion)] as const),
    );
    const found = checked.flatMap(([{ configFile }, diagnostic]) =>
      diagnostic ? [[configFile, diagnostic] as const] : [],
    );
    const signature = JSON.stringify(found);
    if (current !== generation || signature === published) return;
    published = signature;
    collection.clear();
    for (const [file, diagnostic] of found) collection.set(vscode.Uri.file(file), [diagnostic]);
  };
  void check();
  return vscode.Disposable.from(
    collection,
    vscode.languages.registerCodeActionsProvider(
      { scheme: "file", pattern: "**/config.ml" },
      {
        provideCodeActions: (document, _range, { diagnostics }) =>
          quickFixes(document, diagnostics, projects, mirageVersion),
      },
      { providedCodeActionKinds: [vscode.CodeActionKind.QuickFix] },
    ),
    projects.onDidChange(() => void check()),
    onToolchainChange(() => void check()),
  );
}

async function diagnosticFor(
  project: Project,
  version: MirageVersion,
): Promise<vscode.Diagnostic | undefined> {
  const { header } = project.config;
  if (!header) return undefined;
  const report = (message: string) => {
    const diagnostic = new vscode.Diagnostic(
      editorRange(header.range),
      message,
      vscode.DiagnosticSeverity.Error,
    );
    diagnostic.source = headerSource;
    return diagnostic;
  };
  if ("error" in header) return report(t("mirage will reject this header: {0}", header.error));
  const installed = await version(project);
  const bound = installed === undefined ? undefined : unmetBound(installed, header.constraint);
  if (!bound) return undefined;
  const { operator, version: required } = bound;
  return report(
    t("This config.ml requires mirage {0} {1}, but {2} is installed. ", operator, required, installed ?? "") +
      t(
        "Install a matching version (opam install 'mirage{0}{1}'), select another switch, or change the header.",
        operator,
        required,
      ),
  );
}

/** Quick fixes of a header that the installed mirage does not meet. */
async function quickFixes(
  document: vscode.TextDocument,
  diagnostics: readonly vscode.Diagnostic[],
  projects: Projects,
  mirageVersion: MirageVersion,
): Promise<vscode.CodeAction[]> {
  const diagnostic = diagnostics.find((each) => each.source === headerSource);
  const project = diagnostic && projects.get(document.uri.fsPath);
  if (!project) return [];
  const action = (title: string) => {
    const fix = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
    fix.diagnostics = [diagnostic];
    return fix;
  };
  const select = action(t("Select a switch with another version of mirage…"));
  select.command = { command: "mirageos.selectSwitch", title: select.title };
  const installed = await mirageVersion(project);
  const header = headerFor(installed ?? "");
  if (header === undefined || installed === undefined) return [select];
  const change = action(t("Change header to {0}", header));
  const bounds =
    project.config.header && "constraint" in project.config.header ? project.config.header.constraint : [];
  // Code for an older mirage usually needs more than another header.
  if (unmetBound(installed, bounds)?.operator === "<") {
    const migrate = action(t("Migrate to mirage {0}…", installed));
    migrate.command = { command: "mirageos.migrate", title: migrate.title, arguments: [document.uri] };
    migrate.isPreferred = true;
    change.edit = new vscode.WorkspaceEdit();
    change.edit.replace(document.uri, diagnostic.range, header);
    return [migrate, change, select];
  }
  change.isPreferred = true;
  change.edit = new vscode.WorkspaceEdit();
  change.edit.replace(document.uri, diagnostic.range, header);
  return [change, select];
}
