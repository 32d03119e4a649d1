import * as vscode from "vscode";
import { lazy } from "../../extension/platform/lazy.ts";
import { ownerOf } from "../../extension/project/vscode/pickProject.ts";
import { isOcaml, type BridgeContext } from "../features/vscode/featureContext.ts";
import { connectHost } from "../server/vscode/hostConnection.ts";
import { ocamlPlatform } from "../server/platformId.ts";
import type { ServerLifecycle } from "../server/vscode/serverLifecycle.ts";

export interface Bridge extends vscode.Disposable {
  /** The commands by their ids. */
  readonly table: Readonly<Record<string, () => unknown>>;
  /** Whether a server that has the settings of this config.ml provides completion in it. */
  readonly completes: (configFile: string) => boolean;
  /** Whether a server reports the errors of this file. */
  readonly serves: (uri: vscode.Uri) => boolean;
}

/** Loads and starts the language server support when the first OCaml file of a unikernel is opened. */
export function registerLanguageBridge(bridge: BridgeContext): Bridge {
  connectHost(bridge.context);
  let loaded: ServerLifecycle | undefined;
  const lifecycle = lazy(
    async () =>
      (loaded = await (await import("../server/vscode/serverLifecycle.ts")).createServerLifecycle(bridge)),
  );
  const startFor = (document: vscode.TextDocument): void => {
    if (isOcaml(document) && ownerOf(document.uri, bridge.projects.all())) void lifecycle.get();
  };
  const opened = vscode.workspace.onDidOpenTextDocument(startFor);
  const found = bridge.projects.onDidChange(() => vscode.workspace.textDocuments.forEach(startFor));
  const extensions = followPlatform();
  return {
    table: {
      "mirageos.restartLanguageServer": async () => (await lifecycle.get()).restart(),
      "mirageos.showLanguageServerOutput": async () => (await lifecycle.get()).showOutput(),
      "mirageos.connectOcamlPlatform": async () => (await lifecycle.get()).connect(),
      "mirageos.disconnectOcamlPlatform": async () => (await lifecycle.get()).disconnect(),
    },
    completes: (configFile) => loaded?.completes(configFile) === true,
    serves: (uri) => loaded?.serves(uri) === true,
    dispose: () => vscode.Disposable.from(opened, found, extensions, lifecycle).dispose(),
  };
}

/** Updates the context key that hides the commands for the OCaml Platform while it is not enabled. */
function followPlatform(): vscode.Disposable {
  const setKey = (key: string, value: boolean): void =>
    void vscode.commands.executeCommand("setContext", `mirageos.${key}`, value);
  const update = (): void =>
    setKey("hasOcamlPlatform", vscode.extensions.getExtension(ocamlPlatform) !== undefined);
  update();
  return vscode.extensions.onDidChange(update);
}
