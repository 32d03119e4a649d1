import type { LanguageContext } from "../features/vscode/languageContext.ts";
import * as vscode from "vscode";
import { ownerOf } from "../../extension/project/vscode/pickProject.ts";

/** Loads the features of config.ml and unikernel.ml when the first OCaml file of a unikernel is opened. */
export function registerLanguage(context: LanguageContext): vscode.Disposable {
  const { projects } = context;
  let features: Promise<vscode.Disposable> | undefined;
  const load = () => {
    const all = projects.all();
    const isNeeded = vscode.workspace.textDocuments.some(
      ({ uri }) => uri.scheme === "file" && uri.path.endsWith(".ml") && ownerOf(uri, all),
    );
    if (isNeeded)
      features ??= import("../features/vscode/features.ts").then(({ createFeatures }) =>
        createFeatures(context),
      );
  };
  void projects.ready.then(load);
  return vscode.Disposable.from(vscode.workspace.onDidOpenTextDocument(load), projects.onDidChange(load), {
    dispose: () => void features?.then((each) => each.dispose()),
  });
}
