import { join } from "node:path";
import * as vscode from "vscode";
import type { LogStore, LogWriter } from "../store.ts";

/** The view's id in package.json. */
export const logsView = "mirageos.logs";

/** Consoles of unikernels: where they are kept, and what shows them. */
export interface Logs extends vscode.Disposable {
  /** Begins to keep the console of a run. */
  readonly begin: (run: { name: string; unikernel: string; target: string }) => Promise<LogWriter>;
  readonly store: () => Promise<LogStore>;
  /** The commands by their ids; clearing says whether there is a panel. */
  readonly table: Readonly<Record<string, () => unknown>>;
}

/** Registers the panel; what does the work is loaded when a unikernel runs or the panel is seen. */
export function createLogs(context: vscode.ExtensionContext, log: vscode.LogOutputChannel): Logs {
  let made: Promise<LogStore> | undefined;
  const storage = context.storageUri ?? context.globalStorageUri;

  const make = async (): Promise<LogStore> => {
    const { createLogStore } = await import("../store.ts");
    const onError = (reason: string) => log.warn(reason);
    const store = createLogStore({ folder: join(storage.fsPath, "logs"), onError });
    await store.restore();
    return store;
  };
  const store = () => (made ??= make());
  let inline: vscode.Disposable | undefined;
  let clear: (() => void) | undefined;

  const view = vscode.window.registerWebviewViewProvider(logsView, {
    resolveWebviewView: async (shown) => {
      const [{ fillPanel }, records] = await Promise.all([import("./panel.ts"), store()]);
      clear = fillPanel(shown, context.extensionUri, records);
      shown.onDidDispose(() => (clear = undefined));
    },
  });

  return {
    begin: async (run) => {
      const records = await store();
      inline ??= (await import("./inline.ts")).showInline(records);
      return records.begin(run);
    },
    store,
    table: {
      "mirageos.showLogs": () => vscode.commands.executeCommand(`${logsView}.focus`),
      "mirageos.toggleInlineLogs": async () => {
        const settings = vscode.workspace.getConfiguration("mirageos");
        const shown = settings.get("inlineLogs") !== false;
        await settings.update("inlineLogs", !shown, vscode.ConfigurationTarget.Global);
      },
      "mirageos.clearLogs": () => {
        clear?.();
        return clear !== undefined;
      },
    },
    dispose: () => {
      view.dispose();
      inline?.dispose();
    },
  };
}
