import * as vscode from "vscode";
import type { Project } from "../../../extension/project/vscode/projects.ts";
import { headerSource } from "../../../extension/project/vscode/headerCheck.ts";
import { headerFor, satisfies } from "../../../extension/mirage/version.ts";
import {
  configMigrations,
  headerEdit,
  sourceMigrations,
  type Migration,
} from "../../../extension/mirage/migrations.ts";
import { isRequestedKind } from "../../server/serverAnswers.ts";
import { mismatches } from "../mainMismatch.ts";
import {
  ocamlFiles,
  fileAt,
  workspaceEdit,
  type Files,
  type TextFile,
  type UnikernelFiles,
} from "../../../extension/project/vscode/unikernelFiles.ts";
import type { LanguageContext } from "./languageContext.ts";
import { packageActions } from "./packages.ts";
import { t } from "../../../extension/protocol/l10n.ts";

const debounceMs = 120;
/** The source of our diagnostics. */
const source = "mirage";

interface Finding {
  readonly uri: vscode.Uri;
  readonly diagnostic: vscode.Diagnostic;
  readonly fixes: readonly { readonly title: string; readonly edit: () => vscode.WorkspaceEdit }[];
}

/** Reports mismatches between config.ml and the unikernel, and uses of what mirage has removed, with fixes. */
export function registerChecks(files: Files, context: LanguageContext): vscode.Disposable {
  const collection = vscode.languages.createDiagnosticCollection("mirageos language");
  const findings = new Map<string, readonly Finding[]>();
  let timer: NodeJS.Timeout | undefined;
  let generation = 0;

  const check = async () => {
    const mine = ++generation;
    const open = vscode.workspace.textDocuments.flatMap(({ uri }) => files.owner(uri) ?? []);
    const openProjects = new Map(open.map((project) => [project.id, project]));
    const found = await Promise.all(
      [...openProjects.values()].map(
        async (project) => [project.id, await findingsOf(project, files, context)] as const,
      ),
    );
    if (mine !== generation) return;
    findings.clear();
    const byFile = new Map<string, [vscode.Uri, vscode.Diagnostic[]]>();
    for (const [id, list] of found) {
      findings.set(id, list);
      for (const { uri, diagnostic } of list) {
        const entry = byFile.get(uri.toString()) ?? [uri, []];
        entry[1].push(diagnostic);
        byFile.set(uri.toString(), entry);
      }
    }
    collection.clear();
    collection.set([...byFile.values()]);
  };
  const scheduleCheck = () => {
    clearTimeout(timer);
    timer = setTimeout(() => void check(), debounceMs);
  };
  scheduleCheck();

  const fixProvider: vscode.CodeActionProvider = {
    provideCodeActions: async (document, range, { diagnostics, only }) => {
      const project = files.owner(document.uri);
      const read = project && (await files.of(project));
      if (!read) return [];
      const here = (findings.get(project.id) ?? []).filter(
        ({ uri, diagnostic }) =>
          uri.fsPath === document.uri.fsPath && diagnostic.range.intersection(range) !== undefined,
      );
      const fixes = here.flatMap(({ diagnostic, fixes: each }) =>
        each.map((fix) => quickFix(fix.title, fix.edit(), diagnostic)),
      );
      const { libraryFolders } = context;
      const packages = await packageActions(read, diagnostics, libraryFolders);
      // The quick fixes of the header's error change the header and migrate too.
      const isFixed =
        only === undefined && diagnostics.some(({ source: reporter }) => reporter === headerSource);
      const header =
        document.uri.fsPath === project.configFile && !isFixed
          ? await headerActions(read, context, range)
          : [];
      return [...fixes, ...packages, ...header].filter(({ kind }) =>
        isRequestedKind(only?.value, kind?.value),
      );
    },
  };

  return vscode.Disposable.from(
    collection,
    { dispose: () => clearTimeout(timer) },
    vscode.workspace.onDidChangeTextDocument(({ document }) => {
      if (document.uri.path.endsWith(".ml") && files.owner(document.uri)) scheduleCheck();
    }),
    vscode.workspace.onDidOpenTextDocument(scheduleCheck),
    vscode.workspace.onDidCloseTextDocument(scheduleCheck),
    context.projects.onDidChange(scheduleCheck),
    vscode.languages.registerCodeActionsProvider(ocamlFiles, fixProvider, {
      providedCodeActionKinds: [vscode.CodeActionKind.QuickFix, vscode.CodeActionKind.RefactorRewrite],
    }),
  );
}

function quickFix(
  title: string,
  edit: vscode.WorkspaceEdit,
  diagnostic: vscode.Diagnostic,
): vscode.CodeAction {
  const action = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
  action.edit = edit;
  action.diagnostics = [diagnostic];
  return action;
}

async function findingsOf(project: Project, files: Files, context: LanguageContext): Promise<Finding[]> {
  const [read, version] = await Promise.all([files.of(project), context.mirageVersion(project)]);
  if (!read) return [];
  const bounds =
    project.config.header && "constraint" in project.config.header ? project.config.header.constraint : [];
  // A config.ml for another version of mirage is not wrong; the header's own check reports the difference.
  const targetVersion = version ?? bounds.find(({ operator }) => operator === ">=")?.version;
  const migrates = targetVersion !== undefined && (version === undefined || satisfies(version, bounds));
  return [...mismatchFindings(read), ...(migrates ? migrationFindings(read, targetVersion) : [])];
}

function mismatchFindings(read: UnikernelFiles): Finding[] {
  const { config, sources } = read;
  return mismatches({ config: config.read, source: (name) => sources.get(name)?.read }).flatMap(
    (mismatch) => {
      const other = sources.get(mismatch.file);
      const ends: Finding[] = [];
      const fixes = mismatch.fixes.map(({ title, edits }) => ({
        title,
        edit: () => workspaceEdit(config, other, edits),
      }));
      const inConfig = report(config, mismatch.config, vscode.DiagnosticSeverity.Error, mismatch.kind);
      ends.push({ uri: config.uri, diagnostic: inConfig, fixes });
      if (mismatch.source && other) {
        const inSource = report(other, mismatch.source, vscode.DiagnosticSeverity.Error, mismatch.kind);
        const related = (at: TextFile, range: vscode.Range, text: string) => [
          new vscode.DiagnosticRelatedInformation(new vscode.Location(at.uri, range), text),
        ];
        inConfig.relatedInformation = related(other, inSource.range, t("The devices are received here."));
        inSource.relatedInformation = related(config, inConfig.range, t("The devices are passed here."));
        ends.push({ uri: other.uri, diagnostic: inSource, fixes });
      }
      return ends;
    },
  );
}

function migrationFindings({ config, sources }: UnikernelFiles, version: string): Finding[] {
  const of = (file: TextFile, migrations: readonly Migration[]) =>
    migrations.map((each): Finding => {
      const diagnostic = report(file, each, vscode.DiagnosticSeverity.Warning, "migration");
      return {
        uri: file.uri,
        diagnostic,
        fixes: [{ title: each.title, edit: () => migrationEdit(file, [each]) }],
      };
    });
  return [
    ...of(config, configMigrations(config.text, config.read, version)),
    ...[...sources.values()].flatMap((file) => of(file, sourceMigrations(file.text, version))),
  ];
}

function migrationEdit(
  file: TextFile,
  migrations: readonly Pick<Migration, "edits">[],
): vscode.WorkspaceEdit {
  const edit = new vscode.WorkspaceEdit();
  for (const { edits } of migrations) {
    for (const { span, text } of edits) edit.replace(file.uri, file.range(span), text);
  }
  return edit;
}

function report(
  file: TextFile,
  { span, message }: { readonly span: { start: number; end: number }; readonly message: string },
  severity: vscode.DiagnosticSeverity,
  code: string,
): vscode.Diagnostic {
  const diagnostic = new vscode.Diagnostic(file.range(span), message, severity);
  diagnostic.source = source;
  diagnostic.code = code;
  return diagnostic;
}

/** Actions on the first line: add or update the version header, and migrate the unikernel to the installed mirage. */
async function headerActions(
  read: UnikernelFiles,
  context: LanguageContext,
  range: vscode.Range,
): Promise<vscode.CodeAction[]> {
  const version = range.start.line === 0 ? await context.mirageVersion(read.project) : undefined;
  const header = version === undefined ? undefined : headerFor(version);
  const { config, project } = read;
  if (version === undefined || header === undefined || fileAt(read, config.uri) === undefined) return [];
  const {
    config: { header: present },
  } = project;
  const change = headerEdit(config.text, header);
  const make = (title: string) => {
    const action = new vscode.CodeAction(title, vscode.CodeActionKind.RefactorRewrite);
    action.edit = new vscode.WorkspaceEdit();
    action.edit.replace(config.uri, config.range(change.span), change.text);
    return action;
  };
  const migrations = configMigrations(config.text, config.read, version);
  const current = present?.text === header;
  return [
    ...(current
      ? []
      : [
          make(
            present ? t("Change the version header to {0}", header) : t("Add the version header {0}", header),
          ),
        ]),
    ...(migrations.length > 0 ? [migrateAction(config.uri, version)] : []),
  ];
}

function migrateAction(uri: vscode.Uri, version: string): vscode.CodeAction {
  const title = t("Migrate to mirage {0}…", version);
  const action = new vscode.CodeAction(title, vscode.CodeActionKind.RefactorRewrite);
  action.command = { command: "mirageos.migrate", title, arguments: [uri] };
  return action;
}
