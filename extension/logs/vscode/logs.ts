import { join } from "node:path";
import * as vscode from "vscode";
import type { LogStore, LogWriter } from "../store.ts";
import type { EnvironmentOf } from "./libraries.ts";
import type { Panel } from "./panel.ts";

/** The view's id in package.json. */
export const logsView = "mirageos.logs";

/** Consoles of unikernels: where they are kept, and what shows them. */
export interface Logs extends vscode.Disposable {
  /** Begins to keep the console of a run. */
  readonly begin: (run: { name: string; unikernel: string; target: string }) => Promise<LogWriter>;
  readonly store: () => Promise<LogStore>;
  /** Whether the panel is seen now. */
  readonly shown: () => boolean;
  /** The commands by their ids; clearing says whether there is a panel. */
  readonly table: Readonly<Record<string, (argument: unknown) => unknown>>;
}

/** Registers the panel; what does the work is loaded when a unikernel runs or the panel is seen. */
export function createLogs(
  context: vscode.ExtensionContext,
  log: vscode.LogOutputChannel,
  environment: EnvironmentOf,
  /** Called when the panel shows a console. */
  read: () => void,
): Logs {
  let made: Promise<LogStore> | undefined;
  const storage = context.storageUri ?? context.globalStorageUri;

  const make = async (): Promise<LogStore> => {
    const { createLogStore } = await import("../store.ts");
    const onError = (reason: string) => log.warn(reason);
    const fileLimit = () => 1e6 * vscode.workspace.getConfiguration("mirageos").get("logFileSize", 100);
    const store = createLogStore({ folder: join(storage.fsPath, "logs"), onError, fileLimit });
    await store.restore();
    return store;
  };
  const store = () => (made ??= make());
  let inline: vscode.Disposable | undefined;
  let panel: Panel | undefined;
  let place: vscode.WebviewView | undefined;
  /** What a command asked to be shown before there was a panel. */
  let wanted: readonly [string, number] | undefined;

  const view = vscode.window.registerWebviewViewProvider(logsView, {
    resolveWebviewView: async (shown) => {
      const [{ fillPanel }, records] = await Promise.all([import("./panel.ts"), store()]);
      panel = fillPanel(shown, context.extensionUri, records, environment, read);
      place = shown;
      shown.onDidDispose(() => (panel = place = undefined));
      if (wanted) panel.show(...wanted);
      wanted = undefined;
    },
  });

  return {
    begin: async (run) => {
      const records = await store();
      inline ??= (await import("./inline.ts")).showInline(records);
      return records.begin(run);
    },
    store,
    shown: () => place?.visible === true,
    table: {
      "mirageos.showLogs": async (on) => {
        const record = recordOf(on);
        wanted = record;
        await vscode.commands.executeCommand(`${logsView}.focus`);
        if (panel && record) panel.show(...record);
        if (panel) wanted = undefined;
      },
      "mirageos.toggleInlineLogs": async () => (await import("./inline.ts")).toggleInline(),
      "mirageos.clearLogs": () => {
        panel?.clear();
        return panel !== undefined;
      },
    },
    dispose: () => {
      view.dispose();
      inline?.dispose();
    },
  };
}

/** A session and the number of a record in it, as links of hovers give them. */
function recordOf(value: unknown): readonly [string, number] | undefined {
  if (typeof value !== "object" || value === null || !("session" in value) || !("seq" in value))
    return undefined;
  const { session, seq } = value;
  return typeof session === "string" && typeof seq === "number" ? [session, seq] : undefined;
}
