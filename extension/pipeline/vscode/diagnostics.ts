import * as vscode from "vscode";
import type { Unikernel } from "../../project/model.ts";
import { headerSource } from "../../project/vscode/headerCheck.ts";
import { functorCode, headerCode, type OutputProblem } from "../output/outputProblem.ts";
import { withoutDuplicates } from "../output/duplicates.ts";
import type { Step } from "../goals.ts";
import { editorRange } from "../../platform/vscode/editorRange.ts";

/** Publishes the problems found in the output of steps, one set for each unikernel and step. */
export interface Publisher extends vscode.Disposable {
  readonly report: (unikernel: Unikernel, step: Step, found: readonly OutputProblem[]) => void;
  /** Returns a function that opens the first error of a unikernel, or undefined if it has none. */
  readonly firstError: (unikernel: Unikernel) => (() => Promise<void>) | undefined;
}

const severities = {
  error: vscode.DiagnosticSeverity.Error,
  warning: vscode.DiagnosticSeverity.Warning,
};

/** For a step, the steps whose problems are removed when it runs. Other steps remove only their own. */
const clearedBy: Partial<Record<Step, readonly Step[]>> = {
  configure: ["configure", "lock", "install-switch", "pull", "build"],
  clean: ["configure", "lock", "install-switch", "pull", "build"],
};

/** Creates the diagnostic collection of jobs. It omits problems that another extension reports at the same place. */
export function createPublisher(): Publisher {
  const collection = vscode.languages.createDiagnosticCollection("mirageos");
  const found = new Map<string, readonly OutputProblem[]>();
  const published = new Map<string, string>();
  const key = (unikernel: Unikernel, step: Step) => `${step}\0${unikernel.id}`;

  const publish = (files: Iterable<string>) => {
    for (const file of new Set(files)) {
      const ours = [...found.values()].flat().filter((problem) => problem.file === file);
      const uri = vscode.Uri.file(file);
      const all = vscode.languages.getDiagnostics(uri);
      const others = all.filter(({ source }) => source === undefined || !isOurs(source));
      const reported = reportedCodes(all);
      const unreported = ours.filter(({ code }) => code === undefined || !reported.has(code));
      const remaining = withoutDuplicates(unreported, others.map(reportedProblem));
      // Setting equal diagnostics again would call the listener below again, endlessly.
      const signature = JSON.stringify(remaining);
      if (signature !== (published.get(file) ?? "[]")) collection.set(uri, remaining.map(diagnosticOf));
      if (ours.length > 0) published.set(file, signature);
      else published.delete(file);
    }
  };

  const listener = vscode.languages.onDidChangeDiagnostics(({ uris }) => {
    publish(uris.map(({ fsPath }) => fsPath).filter((path) => published.has(path)));
  });

  return {
    report: (unikernel, step, problems) => {
      const before = (clearedBy[step] ?? [step]).flatMap((each) => found.get(key(unikernel, each)) ?? []);
      for (const each of clearedBy[step] ?? [step]) found.delete(key(unikernel, each));
      if (problems.length > 0) found.set(key(unikernel, step), problems);
      publish([...before, ...problems].map(({ file }) => file));
    },
    firstError: (unikernel) => {
      const all = [...found]
        .filter(([name]) => name.endsWith(`\0${unikernel.id}`))
        .flatMap(([, problems]) => problems);
      const first = all.find(({ severity }) => severity === "error");
      return (
        first &&
        (async () => {
          await vscode.window.showTextDocument(vscode.Uri.file(first.file), {
            selection: editorRange(first.range),
          });
        })
      );
    },
    dispose: () => vscode.Disposable.from(listener, collection).dispose(),
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

function diagnosticOf(problem: OutputProblem): vscode.Diagnostic {
  const diagnostic = new vscode.Diagnostic(
    editorRange(problem.range),
    problem.message,
    severities[problem.severity],
  );
  diagnostic.source = `mirage: ${problem.source}`;
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
