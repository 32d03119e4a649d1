import * as vscode from "vscode";
import { createDiagnosticsCheck } from "../../platform/vscode/diagnosticsCheck.ts";
import { editorRange } from "../../platform/vscode/editorRange.ts";
import { affectsSettings, getSetting } from "../../platform/vscode/settings.ts";
import type { Project, Projects } from "../../project/vscode/projects.ts";
import { t } from "../../protocol/l10n.ts";
import { budgetOf, excessText } from "../budget.ts";
import type { ImageEditor } from "./imageEditor.ts";

const checkSource = "mirage: budget";

/** A diagnostic; `image` is whether it is about the image, and not about the setting. */
class BudgetDiagnostic extends vscode.Diagnostic {
  readonly image: boolean;
  constructor(range: vscode.Range, message: string, image: boolean) {
    super(range, message, vscode.DiagnosticSeverity.Warning);
    this.source = checkSource;
    this.image = image;
  }
}

/**
 * Compares the last image of each unikernel with the setting `mirageos.imageBudget`, and reports at `register` if it takes
 * more memory. `editor` is requested only if a budget is set.
 */
export function registerBudgetCheck(
  projects: Projects,
  editor: () => Promise<Pick<ImageEditor, "loaded" | "growths">>,
): vscode.Disposable {
  const collection = vscode.languages.createDiagnosticCollection("mirageos budget");
  /** The last result for each image, so that an image is read only once. */
  const texts = new Map<string, { readonly of: string; readonly text: Promise<string | undefined> }>();

  const excessOf = async (path: string, target: string, budget: number): Promise<string | undefined> => {
    const { loaded, growths } = await editor();
    const bytes = await loaded(path);
    if (bytes === undefined || bytes <= budget) return undefined;
    return excessText(target, budget, bytes, await growths(path).catch(() => []));
  };
  const textOf = async ({ id, target, state }: Project) => {
    const configured = state.configured?.target ?? target;
    const budget = budgetOf(getSetting("imageBudget", vscode.Uri.file(id)), configured);
    if (budget.kind === "invalid") return { text: budget.message, image: false };
    if (budget.kind === "none" || !state.image) return undefined;
    const { path, builtAt } = state.image;
    const of = JSON.stringify([builtAt, configured, budget.bytes]);
    const last = texts.get(path);
    const text = last?.of === of ? last.text : excessOf(path, configured, budget.bytes);
    texts.set(path, { of, text });
    return { text: await text, image: true };
  };
  const check = createDiagnosticsCheck(collection, () =>
    Promise.all(
      projects.all().map(async (project) => {
        const { text, image } = (await textOf(project)) ?? {};
        const { registers } = project.config;
        const place = registers.find(({ name }) => name === project.name) ?? registers[0];
        const diagnostics =
          text === undefined || !place
            ? []
            : [new BudgetDiagnostic(editorRange(place.range), text, image === true)];
        return [project.configFile, diagnostics] as const;
      }),
    ),
  );
  void check();
  return vscode.Disposable.from(
    collection,
    projects.onDidChange(() => void check()),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (affectsSettings(event, "imageBudget")) void check();
    }),
    vscode.languages.registerCodeActionsProvider(
      { scheme: "file", pattern: "**/config.ml" },
      {
        provideCodeActions: (document, range) =>
          (collection.get(document.uri) ?? []).flatMap((diagnostic) =>
            diagnostic instanceof BudgetDiagnostic && diagnostic.range.intersection(range)
              ? actionsOf(document, diagnostic)
              : [],
          ),
      },
      { providedCodeActionKinds: [vscode.CodeActionKind.QuickFix] },
    ),
  );
}

/** Nothing here changes the image: the actions show what it contains and where its budget is. */
function actionsOf({ uri }: vscode.TextDocument, diagnostic: BudgetDiagnostic): vscode.CodeAction[] {
  const action = (title: string, command: string, argument: unknown): vscode.CodeAction => {
    const made = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
    made.diagnostics = [diagnostic];
    made.command = { command, title, arguments: [argument] };
    return made;
  };
  return [
    ...(diagnostic.image ? [action(t("Show Image"), "mirageos.showImage", uri)] : []),
    action(t("Change Budget"), "workbench.action.openSettings", "mirageos.imageBudget"),
  ];
}
