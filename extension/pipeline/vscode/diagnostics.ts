import * as vscode from "vscode";
import type { Unikernel } from "../../project/model.ts";
import { headerSource } from "../../project/vscode/header.ts";
import type { OutputProblem } from "../diagnostics.ts";
import { withoutDuplicates } from "../duplicates.ts";
import type { Step } from "../goals.ts";

/** Publishes what the output of steps said, one set for each unikernel and step. */
export interface Publisher extends vscode.Disposable {
  readonly report: (unikernel: Unikernel, step: Step, found: readonly OutputProblem[]) => void;
  /** Opens the first error of a unikernel; undefined when it has none. */
  readonly firstError: (unikernel: Unikernel) => (() => Promise<void>) | undefined;
}

const severities = {
  error: vscode.DiagnosticSeverity.Error,
  warning: vscode.DiagnosticSeverity.Warning,
};

/** Steps whose success shows that the problems of the others were mended too. */
const family: Partial<Record<Step, readonly Step[]>> = {
  configure: ["configure", "lock", "install-switch", "pull", "build"],
  clean: ["configure", "lock", "install-switch", "pull", "build"],
};

/** A diagnostic collection fed by jobs; it leaves out what another extension reports at the same place. */
export function createPublisher(): Publisher {
  const collection = vscode.languages.createDiagnosticCollection("mirageos");
  const found = new Map<string, readonly OutputProblem[]>();
  const shown = new Map<string, string>();
  const key = (unikernel: Unikernel, step: Step) => `${step}\0${unikernel.id}`;

  const publish = (files: Iterable<string>) => {
    for (const file of new Set(files)) {
      const ours = [...found.values()].flat().filter((problem) => problem.file === file);
      const uri = vscode.Uri.file(file);
      const shownThere = vscode.languages.getDiagnostics(uri);
      const others = shownThere.filter(({ source }) => source === undefined || !isOurs(source));
      // What mirage says of the header is known, and shown where it stands, before mirage runs.
      const headerTold = shownThere.some(({ source }) => source === headerSource);
      const untold = headerTold
        ? ours.filter(({ message }) => !message.startsWith("Version mismatch"))
        : ours;
      const kept = withoutDuplicates(untold, others.map(plain));
      // Setting the same again would tell this very listener of a change, without end.
      const signature = JSON.stringify(kept);
      if (signature !== (shown.get(file) ?? "[]")) collection.set(uri, kept.map(diagnosticOf));
      if (ours.length > 0) shown.set(file, signature);
      else shown.delete(file);
    }
  };

  const others = vscode.languages.onDidChangeDiagnostics(({ uris }) => {
    publish(uris.map(({ fsPath }) => fsPath).filter((path) => shown.has(path)));
  });

  return {
    report: (unikernel, step, problems) => {
      const before = (family[step] ?? [step]).flatMap((each) => found.get(key(unikernel, each)) ?? []);
      for (const each of family[step] ?? [step]) found.delete(key(unikernel, each));
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
            selection: rangeOf(first.range),
          });
        })
      );
    },
    dispose: () => vscode.Disposable.from(others, collection).dispose(),
  };
}

const isOurs = (source: string) => source.startsWith("mirage: ");

function plain(diagnostic: vscode.Diagnostic) {
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
    rangeOf(problem.range),
    problem.message,
    severities[problem.severity],
  );
  diagnostic.source = `mirage: ${problem.source}`;
  if (problem.code !== undefined) diagnostic.code = problem.code;
  diagnostic.relatedInformation = problem.related.map(
    ({ file, range, message }) =>
      new vscode.DiagnosticRelatedInformation(
        new vscode.Location(vscode.Uri.file(file), rangeOf(range)),
        message,
      ),
  );
  return diagnostic;
}

function rangeOf({ startLine, startColumn, endLine, endColumn }: OutputProblem["range"]): vscode.Range {
  return new vscode.Range(startLine, startColumn, endLine, endColumn);
}
