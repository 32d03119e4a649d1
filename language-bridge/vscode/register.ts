import * as vscode from "vscode";
import { lazy } from "../../extension/platform/lazy.ts";
import { ownerOf } from "../../extension/project/vscode/pick.ts";
import { isOcaml, type BridgeParts } from "./parts.ts";
import type { Serving } from "./serving.ts";

export interface Bridge extends vscode.Disposable {
  /** The commands by their ids. */
  readonly table: Readonly<Record<string, () => unknown>>;
  /** Whether a server that knows Mirage completes in this config.ml. */
  readonly completes: (configFile: string) => boolean;
}

/** Serves OCaml from when the first OCaml file of a unikernel is open; all that does it is loaded then. */
export function registerLanguageBridge(parts: BridgeParts): Bridge {
  let made: Serving | undefined;
  const serving = lazy(async () => (made = await (await import("./serving.ts")).createServing(parts)));
  const look = (document: vscode.TextDocument): void => {
    if (isOcaml(document) && ownerOf(document.uri, parts.projects.all())) void serving.get();
  };
  const lookAtAll = (): void => vscode.workspace.textDocuments.forEach(look);
  const opened = vscode.workspace.onDidOpenTextDocument(look);
  const found = parts.projects.onDidChange(lookAtAll);
  lookAtAll();
  return {
    table: {
      "mirageos.restartLanguageServer": async () => (await serving.get()).restart(),
      "mirageos.showLanguageServerOutput": async () => (await serving.get()).showOutput(),
      "mirageos.connectOcamlPlatform": async () => (await serving.get()).connect(),
      "mirageos.disconnectOcamlPlatform": async () => (await serving.get()).disconnect(),
    },
    completes: (configFile) => made?.completes(configFile) === true,
    dispose: () => vscode.Disposable.from(opened, found, serving).dispose(),
  };
}
