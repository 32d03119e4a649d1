import { readText } from "../../platform/readText.ts";
import * as vscode from "vscode";
import type { Unikernel } from "../../project/model.ts";
import { headerSource } from "../../project/vscode/headerCheck.ts";
import { functorCode, headerCode, type OutputProblem } from "../output/outputProblem.ts";
import { createProblemStore, type ProblemOrigin, type ShownProblem } from "../output/problemStore.ts";
import type { ReadText } from "../output/userSources.ts";
import { editorRange } from "../../platform/vscode/editorRange.ts";
import { t } from "../../protocol/l10n.ts";

/** Publishes the problems found in the output of steps and checks, one set for each unikernel and origin. */
export interface Publisher extends vscode.Disposable {
  /** Records that a check has started: what changes from now on is not in its result. */
  readonly begin: (unikernel: Unikernel, origin: ProblemOrigin) => void;
  /** `readText` returns the text of a file as the tools saw it. */
  readonly report: (
    unikernel: Unikernel,
    origin: ProblemOrigin,
    found: readonly OutputProblem[],
    readText: ReadText,
  ) => void;
  /** Removes the problems that a later check of the same sources replaces. */
  readonly remove: (
    unikernel: Unikernel,
    isReplaced: (problem: OutputProblem, origin: ProblemOrigin) => boolean,
  ) => void;
  /** Returns a function that opens the first error of a unikernel, or undefined if it has none. */
  readonly firstError: (unikernel: Unikernel) => (() => Promise<void>) | undefined;
}

const severities = {
  error: vscode.DiagnosticSeverity.Error,
  warning: vscode.DiagnosticSeverity.Warning,
};

/**
 * Creates the diagnostic collection of jobs and checks. It omits problems that another extension reports at the same
 * place, and removes those whose text changes.
 */
export function createPublisher(): Publisher {
  const collection = vscode.languages.createDiagnosticCollection("mirageos");
  const store = createProblemStore();
  const published = new Map<string, string>();
  /** The texts of files that changed on disk while no editor had them open. */
  const texts = new Map<string, string>();

  const publish = (files: Iterable<string>) => {
    for (const file of new Set(files)) {
      const uri = vscode.Uri.file(file);
      const all = vscode.languages.getDiagnostics(uri);
      const others = all.filter(({ source }) => source === undefined || !isOurs(source));
      const open = vscode.workspace.textDocuments.find((each) => each.uri.fsPath === file);
      const shown = store.shown(file, {
        text: open?.getText() ?? texts.get(file),
        isOpen: open !== undefined,
        others: others.map(reportedProblem),
        codes: reportedCodes(all),
      });
      // Setting equal diagnostics again would call the listener below again, endlessly.
      const signature = JSON.stringify(shown);
      if (signature !== (published.get(file) ?? "[]")) collection.set(uri, shown.map(diagnosticOf));
      if (store.has(file)) published.set(file, signature);
      else published.delete(file);
    }
  };

  const onDisk = async ({ fsPath }: vscode.Uri) => {
    const isOpen = vscode.workspace.textDocuments.some(({ uri }) => uri.fsPath === fsPath);
    if (isOpen || !store.has(fsPath)) return;
    const text = (await readText(fsPath)) ?? "";
    texts.set(fsPath, text);
    publish(store.changed(fsPath, text));
  };
  const watcher = vscode.workspace.createFileSystemWatcher("**/*.{ml,mli}");
  const parts = vscode.Disposable.from(
    collection,
    watcher,
    watcher.onDidCreate(onDisk),
    watcher.onDidChange(onDisk),
    watcher.onDidDelete(onDisk),
    vscode.languages.onDidChangeDiagnostics(({ uris }) => {
      publish(uris.map(({ fsPath }) => fsPath).filter((path) => published.has(path)));
    }),
    vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
      const { uri } = document;
      if (contentChanges.length === 0 || uri.scheme !== "file" || !/\.mli?$/.test(uri.path)) return;
      publish(store.changed(uri.fsPath, document.getText()));
    }),
  );

  return {
    begin: store.begin,
    report: (unikernel, origin, problems, read) => {
      for (const { file } of problems) texts.delete(file);
      publish(store.report(unikernel, origin, problems, read));
    },
    remove: (unikernel, isReplaced) => publish(store.remove(unikernel, isReplaced)),
    firstError: (unikernel) => {
      const first = store.firstError(unikernel);
      return (
        first &&
        (async () => {
          await vscode.window.showTextDocument(vscode.Uri.file(first.file), {
            selection: editorRange(first.range),
          });
        })
      );
    },
    dispose: () => parts.dispose(),
  };
}

/** The codes of our problems that another part of the extension reports in the same file, in better words. */
function reportedCodes(all: readonly vscode.Diagnostic[]): ReadonlySet<string> {
  const codes = new Set<string>();
  for (const { source, code } of all) {
    if (source === headerSource) codes.add(headerCode);
    if (source === "mirage" && typeof code === "string" && mismatchKinds.has(code)) codes.add(functorCode);
  }
  return codes;
}

/** The codes of the language features for a functor that does not fit config.ml. */
const mismatchKinds: ReadonlySet<string> = new Set(["module", "arity", "type", "start"]);

const isOurs = (source: string) => source.startsWith("mirage: ");

function reportedProblem(diagnostic: vscode.Diagnostic) {
  return {
    startLine: diagnostic.range.start.line,
    endLine: diagnostic.range.end.line,
    message: diagnostic.message,
    severity:
      diagnostic.severity === vscode.DiagnosticSeverity.Error ? ("error" as const) : ("warning" as const),
  };
}

function diagnosticOf(problem: ShownProblem): vscode.Diagnostic {
  const diagnostic = new vscode.Diagnostic(
    editorRange(problem.range),
    problem.message,
    severities[problem.severity],
  );
  const source = `mirage: ${problem.source}`;
  diagnostic.source = problem.isOutdated ? t("{0}, before your last changes", source) : source;
  if (problem.code !== undefined) diagnostic.code = problem.code;
  diagnostic.relatedInformation = problem.related.map(
    ({ file, range, message }) =>
      new vscode.DiagnosticRelatedInformation(
        new vscode.Location(vscode.Uri.file(file), editorRange(range)),
        message,
      ),
  );
  return diagnostic;
}
