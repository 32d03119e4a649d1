import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import * as vscode from "vscode";
import { readConfigSource } from "../../../mirage/config/parseConfig.ts";
import { packageEdits } from "../../../mirage/config/packageEdits.ts";
import { sourceRanges } from "../../../ocaml/sourceRange.ts";
import { readText } from "../../../platform/readText.ts";
import { createDiagnosticsCheck } from "../../../platform/vscode/diagnosticsCheck.ts";
import { editorRange } from "../../../platform/vscode/editorRange.ts";
import { librariesBelow, type FetchedLibraries } from "../../../project/libraries/duniverse.ts";
import { libraryFiles, moduleOfFile } from "../../../project/libraries/localLibraries.ts";
import type { Project, Projects } from "../../../project/vscode/projects.ts";
import { t } from "../../../protocol/l10n.ts";
import { readConfigPackages } from "../../configPackages.ts";
import { readOpamFile, textsOf } from "../../opamFile.ts";
import { readPackageFiles } from "../../packageFiles.ts";
import { opamPathOf, readProjectLock } from "../../vscode/projectDependencies.ts";
import { storeFindings } from "../../../project/vscode/storedFindings.ts";
import { unnamedPackages, unusedPackages, type PackageUseFiles } from "../packageUse.ts";
import { packageRemoval } from "../removePackage.ts";
import { readSourceWords } from "../sourceWords.ts";

/** A hint with the package that config.ml should name, or need not name. */
class PackageHint extends vscode.Diagnostic {
  readonly package: string;
  readonly configFile: string;
  constructor(range: vscode.Range, message: string, name: string, configFile: string) {
    super(range, message, vscode.DiagnosticSeverity.Hint);
    this.source = "mirage: dependencies";
    this.package = name;
    this.configFile = configFile;
  }
}

type Found = readonly (readonly [file: string, diagnostics: readonly vscode.Diagnostic[]])[];

/**
 * Hints at packages of config.ml that no module uses, and at modules whose packages it does not name. Unikernels are
 * checked whose sources are fetched and of which a file is open. Their files are read again when their state changes, and
 * when one of their sources is opened or saved.
 */
export function registerPackageUse(projects: Projects): vscode.Disposable {
  const collection = vscode.languages.createDiagnosticCollection("mirageos packages");
  const found = storeFindings(hintsOf);
  const contains = ({ buildDir }: Project, { uri }: vscode.TextDocument): boolean =>
    join(uri.fsPath, "..") === buildDir;
  const check = createDiagnosticsCheck(collection, async () => {
    const open = vscode.workspace.textDocuments.filter(isSource);
    const shown = projects.all().filter((project) => open.some((document) => contains(project, document)));
    return (await Promise.all(shown.map(found.of))).flat();
  });
  const checkSource = (document: vscode.TextDocument): void => {
    if (!isSource(document)) return;
    for (const project of projects.all()) if (contains(project, document)) found.forget(project.id);
    void check();
  };
  void check();
  return vscode.Disposable.from(
    collection,
    projects.onDidChange(() => void check()),
    vscode.workspace.onDidOpenTextDocument(checkSource),
    vscode.workspace.onDidSaveTextDocument(checkSource),
    vscode.languages.registerCodeActionsProvider(
      { scheme: "file", pattern: "**/*.ml" },
      {
        provideCodeActions: async (document, range) => {
          const hints = (collection.get(document.uri) ?? []).filter((each) => each.range.intersection(range));
          const actions = await Promise.all(hints.map((each) => fixOf(document, each)));
          return actions.filter((each) => each !== undefined);
        },
      },
      { providedCodeActionKinds: [vscode.CodeActionKind.QuickFix] },
    ),
  );
}

const isSource = ({ uri }: vscode.TextDocument): boolean => uri.scheme === "file" && uri.path.endsWith(".ml");

async function hintsOf(project: Project): Promise<Found> {
  const { buildDir, root, configFile, state } = project;
  // Before a configure, the opam file is that of an older config.ml.
  if (!state.pulled || !state.configured || state.stale.some(({ step }) => step === "configure")) return [];
  const duniverse = join(buildDir, "duniverse");
  const [config, opam, lock, libraries, words, own, names] = await Promise.all([
    readText(configFile),
    readText(opamPathOf(project)),
    readProjectLock(project),
    fetchedLibraries(duniverse),
    readSourceWords(root, join(buildDir, "mirage")),
    libraryFiles(root, buildDir),
    readdir(buildDir).catch(() => []),
  ]);
  if (config === undefined || opam === undefined || !lock) return [];
  const sources = names.filter((name) => name !== "config.ml" && moduleOfFile(name) !== undefined);
  const modules = [...own.keys()].map((path) => path.split(".")[0] ?? "");
  const known = new Set([...modules, ...sources.map((name) => moduleOfFile(name) ?? "")]);
  const packageFiles = await readPackageFiles(duniverse, lock);
  const files: PackageUseFiles = {
    ...libraries,
    words,
    packages: readConfigPackages(config),
    required: new Set(textsOf(readOpamFile(opam), "depends")),
    requires: new Map([...packageFiles].map(([name, { requires }]) => [name, requires])),
  };
  const rangeOf = sourceRanges(config);
  const unused = unusedPackages(files).map(({ name, span, message }) => {
    const range = editorRange(rangeOf(span.start, span.end));
    const hint = new PackageHint(range, message, name, configFile);
    hint.tags = [vscode.DiagnosticTag.Unnecessary];
    return hint;
  });
  const unnamed = sources.map(async (name): Promise<Found[number]> => {
    const path = join(buildDir, name);
    const text = (await readText(path)) ?? "";
    const at = sourceRanges(text);
    const hints = unnamedPackages(text, known, files).map(
      (each) =>
        new PackageHint(
          editorRange(at(each.span.start, each.span.end)),
          each.message,
          each.package,
          configFile,
        ),
    );
    return [path, hints];
  });
  return [[configFile, unused], ...(await Promise.all(unnamed))];
}

const stored = new Map<string, { readonly time: number; readonly read: Promise<FetchedLibraries> }>();

/** The libraries of a folder; they are read again after Pull has changed it. */
async function fetchedLibraries(duniverse: string): Promise<FetchedLibraries> {
  const time = (await stat(duniverse).catch(() => undefined))?.mtimeMs ?? 0;
  const known = stored.get(duniverse);
  if (known?.time === time) return known.read;
  const read = librariesBelow(duniverse);
  stored.set(duniverse, { time, read });
  return read;
}

async function fixOf(
  document: vscode.TextDocument,
  hint: vscode.Diagnostic,
): Promise<vscode.CodeAction | undefined> {
  if (!(hint instanceof PackageHint)) return undefined;
  const { package: name, configFile } = hint;
  const config = await vscode.workspace.openTextDocument(configFile);
  const text = config.getText();
  const isUnused = document.uri.toString() === config.uri.toString();
  const present = readConfigPackages(text).find((each) => each.name === name);
  const edits = isUnused
    ? present && [{ span: packageRemoval(text, present.span), text: "" }]
    : packageEdits(readConfigSource(text), { package: name, sublib: undefined });
  if (!edits) return undefined;
  const action = new vscode.CodeAction(
    isUnused ? t('Remove package "{0}"', name) : t('Add package "{0}" to config.ml', name),
    vscode.CodeActionKind.QuickFix,
  );
  action.diagnostics = [hint];
  action.isPreferred = true;
  action.edit = new vscode.WorkspaceEdit();
  for (const { span, text: inserted } of edits) {
    const range = new vscode.Range(config.positionAt(span.start), config.positionAt(span.end));
    action.edit.replace(config.uri, range, inserted);
  }
  return action;
}
