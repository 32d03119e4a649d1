import * as vscode from "vscode";
import type { Projects } from "../../project/vscode/projects.ts";
import { packagePosition } from "../catalogue.ts";
import {
  forgetCatalogue,
  packageCatalogue,
  sublibrariesOf,
  type CatalogueContext,
} from "./packageCatalogue.ts";

/** Completes the names of packages and their sublibraries in `package "…" ~sublibs:["…"]` of config.ml. */
export function registerPackageCompletion(projects: Projects, context: CatalogueContext): vscode.Disposable {
  return vscode.Disposable.from(
    context.toolchain.onDidChange(forgetCatalogue),
    vscode.languages.registerCompletionItemProvider(
      { scheme: "file", pattern: "**/config.ml" },
      {
        provideCompletionItems: async (document, position) => {
          const project = projects.get(document.uri.fsPath);
          const place = packagePosition(document.getText(), document.offsetAt(position));
          if (!project || !place) return undefined;
          const { start, end } = place.span;
          const range = new vscode.Range(document.positionAt(start), document.positionAt(end));
          if (place.kind === "sublib")
            return (await sublibrariesOf(project, place.package)).map((name) => {
              const item = new vscode.CompletionItem(name, vscode.CompletionItemKind.Module);
              item.range = range;
              return item;
            });
          return (await packageCatalogue(context, project)).map(({ name, versions, synopsis }) => {
            const label = { label: name, description: versions[0] ?? "" };
            const item = new vscode.CompletionItem(label, vscode.CompletionItemKind.Module);
            item.range = range;
            item.detail = synopsis;
            return item;
          });
        },
      },
      '"',
    ),
  );
}
