import { readdir } from "node:fs/promises";
import { join } from "node:path";
import * as vscode from "vscode";
import { isTarget, targets } from "../../mirage/targets.ts";
import { sourceRanges } from "../../ocaml/sourceRange.ts";
import { readText } from "../../platform/readText.ts";
import { createDiagnosticsCheck } from "../../platform/vscode/diagnosticsCheck.ts";
import { editorRange } from "../../platform/vscode/editorRange.ts";
import type { Project, Projects } from "../../project/vscode/projects.ts";
import { t } from "../../protocol/l10n.ts";
import { checkDependencies, type DependencyFix, type DependencyProblem } from "../checks.ts";
import { vulnerabilityProblems } from "../advisories/vulnerabilities.ts";
import { readConfigPackages } from "../configPackages.ts";
import { checkPinReferences } from "../pins/pinChecks.ts";
import { registerPackageUse } from "../modules/vscode/packageUseCheck.ts";
import { checkOtherPackages } from "../deviceChecks.ts";
import { readLockFile, type LockFile } from "../lockFile.ts";
import { createLockMarks } from "../marks/vscode/lockMarks.ts";
import { markProblems, type VersionMark } from "../marks/versionMarks.ts";
import { readOpamFile } from "../opamFile.ts";
import { placeProblems } from "../problemPlaces.ts";
import type { CatalogueContext } from "./packageCatalogue.ts";
import { onDidChangeReferences, referencesOf } from "./pinState.ts";
import { opamPathOf, vulnerabilitiesOf } from "./projectDependencies.ts";
import { storeFindings } from "../../project/vscode/storedFindings.ts";

/** The source of the diagnostics that this check reports. */
const checkSource = "mirage: dependencies";

/** A diagnostic with what fixes it. */
class DependencyDiagnostic extends vscode.Diagnostic {
  readonly fix: DependencyFix | undefined;
  /** The id of the unikernel. */
  readonly unikernel: string;
  constructor(
    range: vscode.Range,
    { message, fix, isInformation, code }: DependencyProblem,
    unikernel: string,
  ) {
    const { Information, Warning } = vscode.DiagnosticSeverity;
    super(range, message, isInformation === true ? Information : Warning);
    this.source = checkSource;
    this.fix = fix;
    this.unikernel = unikernel;
    if (code) this.code = { value: code.value, target: vscode.Uri.parse(code.page) };
  }
}

/** The diagnostics of one unikernel, in its config.ml and its lock file. */
type Found = readonly (readonly [file: string, diagnostics: readonly vscode.Diagnostic[]])[];

/**
 * Compares each config.ml with its lock file and `duniverse/` when one of them changes, and reports at the packages
 * what would surprise the next build. Security advisories that concern a package, and what opam's repositories say against its
 * version, are reported there or in the lock file. Check Pins adds what git repositories say.
 */
export function registerDependencyChecks(projects: Projects, context: CatalogueContext): vscode.Disposable {
  const collection = vscode.languages.createDiagnosticCollection("mirageos dependencies");
  const marks = createLockMarks(context);
  const found = storeFindings((project) =>
    diagnosticsOf(project, (lock) =>
      // opam is started for unikernels that the user looks at.
      isOpen(project) ? marks.of(project, lock, () => again(project.id)) : new Map(),
    ),
  );
  const check = createDiagnosticsCheck(collection, async () =>
    (await Promise.all(projects.all().map(found.of))).flat(),
  );
  const again = (id: string): void => {
    found.forget(id);
    void check();
  };
  void check();
  return vscode.Disposable.from(
    collection,
    registerPackageUse(projects),
    projects.onDidChange(() => void check()),
    onDidChangeReferences(again),
    vscode.workspace.onDidOpenTextDocument(({ uri }) => {
      for (const project of projects.all()) if (filesOf(project).includes(uri.fsPath)) again(project.id);
    }),
    context.toolchain.onDidChange(() => {
      marks.forget();
      for (const { id } of projects.all().filter(isOpen)) again(id);
    }),
    vscode.languages.registerCodeActionsProvider(
      [
        { scheme: "file", pattern: "**/config.ml" },
        { scheme: "file", pattern: "**/*.opam.locked" },
      ],
      {
        provideCodeActions: (document, range) =>
          (collection.get(document.uri) ?? []).flatMap((diagnostic) =>
            diagnostic.range.intersection(range) ? fixesOf(document, diagnostic) : [],
          ),
      },
      { providedCodeActionKinds: [vscode.CodeActionKind.QuickFix] },
    ),
  );
}

/** The files in which problems of a unikernel are reported. */
const filesOf = ({ configFile, state: { lockFile } }: Project): readonly string[] =>
  lockFile === undefined ? [configFile] : [configFile, lockFile];

const isOpen = (project: Project): boolean =>
  vscode.workspace.textDocuments.some(({ uri }) => filesOf(project).includes(uri.fsPath));

async function diagnosticsOf(
  project: Project,
  marksOf: (lock: LockFile) => ReadonlyMap<string, VersionMark>,
): Promise<Found> {
  const { configured, stale, lockFile } = project.state;
  const [config, opam, lockText, duniverse] = await Promise.all([
    readText(project.configFile),
    readText(opamPathOf(project)),
    lockFile === undefined ? undefined : readText(lockFile),
    readdir(join(project.buildDir, "duniverse")).catch(() => undefined),
  ]);
  if (config === undefined) return [];
  const lock = lockText === undefined ? undefined : readLockFile(lockText);
  const packages = readConfigPackages(config);
  const found = checkPinReferences({ packages, config, lock, references: referencesOf(project.id) });
  // After a change of config.ml, the opam file is that of an older one.
  if (opam !== undefined && configured && !stale.some(({ step }) => step === "configure")) {
    const { target } = configured;
    const hasUnix = !isTarget(target) || targets[target].family === "unix";
    const files = { packages, config, opam: readOpamFile(opam), lock, duniverse, hasUnix, target };
    found.push(...checkDependencies(files), ...checkOtherPackages(files));
  }
  const vulnerable = lock ? await vulnerabilitiesOf(project, lock) : [];
  const vulnerabilities = vulnerabilityProblems(vulnerable, packages, lockText ?? "");
  const marked = placeProblems(lock ? markProblems(lock, marksOf(lock)) : [], packages, lockText ?? "");
  const diagnosticsIn = (text: string, problems: readonly DependencyProblem[]): vscode.Diagnostic[] => {
    const rangeOf = sourceRanges(text);
    return problems.map((problem) => {
      const range = editorRange(rangeOf(problem.span.start, problem.span.end));
      return new DependencyDiagnostic(range, problem, project.id);
    });
  };
  return [
    [project.configFile, diagnosticsIn(config, [...found, ...vulnerabilities.config, ...marked.config])],
    ...(lockFile === undefined
      ? []
      : [[lockFile, diagnosticsIn(lockText ?? "", [...vulnerabilities.lock, ...marked.lock])] as const]),
  ];
}

function fixesOf(document: vscode.TextDocument, diagnostic: vscode.Diagnostic): vscode.CodeAction[] {
  if (!(diagnostic instanceof DependencyDiagnostic) || !diagnostic.fix) return [];
  const { fix } = diagnostic;
  const action = new vscode.CodeAction("", vscode.CodeActionKind.QuickFix);
  action.diagnostics = [diagnostic];
  action.isPreferred = true;
  if (fix.kind === "insert" || fix.kind === "replace") {
    // Its offsets are those of the saved text.
    if (document.isDirty) return [];
    action.edit = new vscode.WorkspaceEdit();
  }
  if (fix.kind === "replace") {
    action.title = t("Pin to {0}", fix.text);
    const { start, end } = fix.span;
    const range = new vscode.Range(document.positionAt(start), document.positionAt(end));
    action.edit?.replace(document.uri, range, fix.text);
    return [action];
  }
  if (fix.kind === "insert") {
    action.title = t("Pin {0} too", fix.packages.join(", "));
    action.edit?.insert(document.uri, document.positionAt(fix.at), fix.text);
    return [action];
  }
  if (fix.kind === "update") {
    const row = { id: diagnostic.unikernel, value: { name: fix.package } };
    action.title = t("Update {0}", fix.package);
    action.command = { command: "mirageos.updatePackage", title: action.title, arguments: [row] };
    return [action];
  }
  action.title = fix.kind === "lock" ? t("Lock again") : t("Pull the locked sources");
  action.command = { command: `mirageos.${fix.kind}`, title: action.title, arguments: [document.uri] };
  return [action];
}
