import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import * as vscode from "vscode";
import type { Project } from "../../../extension/project/vscode/projects.ts";
import {
  isSyntaxError,
  listedLibraries,
  missingLibraries,
  type MissingLibraries,
} from "../../server/missingLibraries.ts";
import { duneRootOf } from "../../merlin/shimAnswers.ts";
import { t } from "../../../extension/protocol/l10n.ts";

/** One hint that says what is missing for a file, instead of a diagnostic at every name. */
export interface MissingHints extends vscode.Disposable {
  /** Filters a server's diagnostics: if libraries are missing, only syntax errors are certain. */
  readonly filter: (uri: vscode.Uri, all: vscode.Diagnostic[]) => vscode.Diagnostic[];
  /** Shows or removes the hints of the open files. */
  readonly update: () => void;
  /** The open files that have a hint. */
  readonly files: () => readonly vscode.Uri[];
  readonly has: (uri: vscode.Uri) => boolean;
}

const source = "MirageOS";

export function createMissingHints(
  ownerOf: (uri: vscode.Uri) => Project | undefined,
  isServed: (uri: vscode.Uri) => boolean,
): MissingHints {
  const collection = vscode.languages.createDiagnosticCollection("mirageos-missing");
  const item = vscode.languages.createLanguageStatusItem("mirageos.missing", { pattern: "**/*.{ml,mli}" });
  item.name = "MirageOS Unikernel";
  const serverMessages = new Map<string, readonly string[]>();
  const hints = new Map<string, MissingLibraries>();

  const missingAt = (uri: vscode.Uri): MissingLibraries | undefined => {
    const project = ownerOf(uri);
    if (!project || uri.fsPath === project.configFile || !isServed(uri)) return undefined;
    // We don't receive the messages of the OCaml Platform's server, so they are read from VS Code.
    const messages =
      serverMessages.get(uri.toString()) ??
      vscode.languages
        .getDiagnostics(uri)
        .filter((each) => each.source !== source)
        .map(({ message }) => message);
    const ownStanza = hasOwnStanza(uri.fsPath, project);
    return missingLibraries(project.name, project.state, messages, () => librariesOf(project), ownStanza);
  };

  const libraries = new WeakMap<object, ReadonlySet<string>>();
  const librariesOf = ({ buildDir, state }: Project): ReadonlySet<string> => {
    const listed = libraries.get(state) ?? listedLibraries(readOr(join(buildDir, "dune.build"), ""));
    libraries.set(state, listed);
    return listed;
  };

  const update = (): void => {
    const open = new Set<string>();
    for (const { uri } of vscode.workspace.textDocuments) {
      if (!/\.mli?$/.test(uri.path)) continue;
      const missing = missingAt(uri);
      if (missing === undefined) continue;
      open.add(uri.toString());
      hints.set(uri.toString(), missing);
      const message = serverMessages.has(uri.toString())
        ? t("{0} Until then, only syntax errors are shown.", missing.reason)
        : t("{0} Until then, other problems reported in this file may be wrong.", missing.reason);
      if (collection.get(uri)?.[0]?.message === message) continue;
      const hint = new vscode.Diagnostic(
        new vscode.Range(0, 0, 0, 0),
        message,
        vscode.DiagnosticSeverity.Information,
      );
      hint.source = source;
      hint.code = missing.command;
      collection.set(uri, [hint]);
    }
    for (const key of [...hints.keys()].filter((each) => !open.has(each))) {
      hints.delete(key);
      collection.delete(vscode.Uri.parse(key));
    }
    showStatus();
  };

  const showStatus = (): void => {
    const uri = vscode.window.activeTextEditor?.document.uri;
    const project = uri && ownerOf(uri);
    const missing = uri && hints.get(uri.toString());
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
          .filter((each) => each.source === source && hints.has(document.uri.toString()))
          .flatMap((each) => {
            const missing = hints.get(document.uri.toString());
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
      serverMessages.delete(uri.toString());
      update();
    }),
  ];

  return {
    update,
    has: (uri) => hints.has(uri.toString()),
    files: () => [...hints.keys()].map((key) => vscode.Uri.parse(key)),
    filter: (uri, all) => {
      serverMessages.set(
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

/** Whether a file is in another folder than the unikernel, with a `dune` file that belongs to a dune project. */
function hasOwnStanza(file: string, { buildDir }: Project): boolean {
  const folder = dirname(file);
  return (
    folder !== buildDir && existsSync(join(folder, "dune")) && duneRootOf(file, existsSync) !== undefined
  );
}

function readOr(path: string, fallback: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return fallback;
  }
}
