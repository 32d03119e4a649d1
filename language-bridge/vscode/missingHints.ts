import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import * as vscode from "vscode";
import type { Project } from "../../extension/project/vscode/projects.ts";
import { isSyntaxError, listedLibraries, missingFor, type Missing } from "../missing.ts";
import { duneRootOf } from "../shimAnswers.ts";
import { t } from "../../extension/platform/l10n.ts";

/** One place that says what is missing for a file, instead of a diagnostic at every name. */
export interface MissingHints extends vscode.Disposable {
  /** What a server says of a file, as it is to be shown: only what is true without the libraries. */
  readonly held: (uri: vscode.Uri, all: vscode.Diagnostic[]) => vscode.Diagnostic[];
  /** Shows or removes the hints of the open files. */
  readonly update: () => void;
  /** The open files whose complaints are held back or explained. */
  readonly files: () => readonly vscode.Uri[];
}

const source = "MirageOS";

export function createMissingHints(
  ownerOf: (uri: vscode.Uri) => Project | undefined,
  isServed: (uri: vscode.Uri) => boolean,
): MissingHints {
  const collection = vscode.languages.createDiagnosticCollection("mirageos-missing");
  const item = vscode.languages.createLanguageStatusItem("mirageos.missing", { pattern: "**/*.{ml,mli}" });
  item.name = "MirageOS Unikernel";
  const said = new Map<string, readonly string[]>();
  const shown = new Map<string, Missing>();

  const missingAt = (uri: vscode.Uri): Missing | undefined => {
    const project = ownerOf(uri);
    if (!project || uri.fsPath === project.configFile || !isServed(uri)) return undefined;
    // Beside the OCaml Platform nobody tells us what its server said: it is read where it is shown.
    const messages =
      said.get(uri.toString()) ??
      vscode.languages
        .getDiagnostics(uri)
        .filter((each) => each.source !== source)
        .map(({ message }) => message);
    const ofOwnStanza = hasOwnStanza(uri.fsPath, project);
    return missingFor(project.name, project.state, messages, () => librariesOf(project), ofOwnStanza);
  };

  const libraries = new WeakMap<object, ReadonlySet<string>>();
  const librariesOf = ({ buildDir, state }: Project): ReadonlySet<string> => {
    const known = libraries.get(state) ?? listedLibraries(readOr(join(buildDir, "dune.build"), ""));
    libraries.set(state, known);
    return known;
  };

  const update = (): void => {
    const open = new Set<string>();
    for (const { uri } of vscode.workspace.textDocuments) {
      if (!/\.mli?$/.test(uri.path)) continue;
      const missing = missingAt(uri);
      if (missing === undefined) continue;
      open.add(uri.toString());
      shown.set(uri.toString(), missing);
      const words = said.has(uri.toString())
        ? t("{0} Until then only syntax errors are shown.", missing.reason)
        : t("{0} Until then other complaints about this file may be false.", missing.reason);
      if (collection.get(uri)?.[0]?.message === words) continue;
      const hint = new vscode.Diagnostic(
        new vscode.Range(0, 0, 0, 0),
        words,
        vscode.DiagnosticSeverity.Information,
      );
      hint.source = source;
      hint.code = missing.command;
      collection.set(uri, [hint]);
    }
    for (const key of [...shown.keys()].filter((each) => !open.has(each))) {
      shown.delete(key);
      collection.delete(vscode.Uri.parse(key));
    }
    showStatus();
  };

  const showStatus = (): void => {
    const uri = vscode.window.activeTextEditor?.document.uri;
    const project = uri && ownerOf(uri);
    const missing = uri && shown.get(uri.toString());
    item.text = missing?.text ?? (project === undefined ? "MirageOS" : project.name);
    item.detail = missing?.reason ?? "";
    item.severity = missing
      ? vscode.LanguageStatusSeverity.Warning
      : vscode.LanguageStatusSeverity.Information;
    item.command =
      missing && project
        ? { title: missing.title, command: missing.command, arguments: [project.configFile] }
        : undefined;
  };

  const actions = vscode.languages.registerCodeActionsProvider(
    { pattern: "**/*.{ml,mli}" },
    {
      provideCodeActions: (document, _range, { diagnostics }) => {
        const project = ownerOf(document.uri);
        return diagnostics
          .filter((each) => each.source === source && shown.has(document.uri.toString()))
          .flatMap((each) => {
            const missing = shown.get(document.uri.toString());
            if (!missing || !project) return [];
            const action = new vscode.CodeAction(
              `${missing.title} ${project.name}`,
              vscode.CodeActionKind.QuickFix,
            );
            action.command = {
              title: missing.title,
              command: missing.command,
              arguments: [project.configFile],
            };
            action.diagnostics = [each];
            action.isPreferred = true;
            return [action];
          });
      },
    },
    { providedCodeActionKinds: [vscode.CodeActionKind.QuickFix] },
  );

  const listeners = [
    vscode.languages.onDidChangeDiagnostics(({ uris }) => {
      if (uris.some((uri) => /\.mli?$/.test(uri.path))) update();
    }),
    vscode.window.onDidChangeActiveTextEditor(showStatus),
    vscode.workspace.onDidCloseTextDocument(({ uri }) => {
      said.delete(uri.toString());
      update();
    }),
  ];

  return {
    update,
    files: () => [...shown.keys()].map((key) => vscode.Uri.parse(key)),
    held: (uri, all) => {
      said.set(
        uri.toString(),
        all.map(({ message }) => message),
      );
      const missing = missingAt(uri);
      queueMicrotask(update);
      return missing === undefined ? all : all.filter(({ message }) => isSyntaxError(message));
    },
    dispose: () => vscode.Disposable.from(collection, item, actions, ...listeners).dispose(),
  };
}

/** Whether a file is in another folder than the unikernel, with a `dune` that a dune project obeys. */
function hasOwnStanza(file: string, { buildDir }: Project): boolean {
  const folder = dirname(file);
  return (
    folder !== buildDir && existsSync(join(folder, "dune")) && duneRootOf(file, existsSync) !== undefined
  );
}

function readOr(path: string, otherwise: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return otherwise;
  }
}
