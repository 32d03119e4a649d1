import * as vscode from "vscode";
import type { Shadows } from "../../extension/graph/shadowModel.ts";
import { ownerOf } from "../../extension/project/vscode/pick.ts";
import type { MirageVersion } from "../../extension/project/vscode/header.ts";
import type { Projects } from "../../extension/project/vscode/projects.ts";

/** What the features of config.ml and unikernel.ml need to know of the rest. */
export interface LanguageParts {
  readonly projects: Projects;
  readonly mirageVersion: MirageVersion;
  /** The private builds of config.ml, which tell what a target makes of it; undefined where there are none. */
  readonly shadows: (() => Promise<Shadows>) | undefined;
  /** Whether a language server that knows Mirage completes in this config.ml. */
  readonly completes: (configFile: string) => boolean;
}

/** Loads the features of config.ml and unikernel.ml when the first OCaml file of a unikernel is open. */
export function registerLanguage(parts: LanguageParts): vscode.Disposable {
  const { projects } = parts;
  let features: Promise<vscode.Disposable> | undefined;
  const look = () => {
    const all = projects.all();
    const wanted = vscode.workspace.textDocuments.some(
      ({ uri }) => uri.scheme === "file" && uri.path.endsWith(".ml") && ownerOf(uri, all),
    );
    if (wanted) features ??= import("./features.ts").then(({ createFeatures }) => createFeatures(parts));
  };
  void projects.ready.then(look);
  return vscode.Disposable.from(vscode.workspace.onDidOpenTextDocument(look), projects.onDidChange(look), {
    dispose: () => void features?.then((each) => each.dispose()),
  });
}
