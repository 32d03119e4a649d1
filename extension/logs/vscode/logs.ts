import { getSetting } from "../../platform/vscode/settings.ts";
import { join } from "node:path";
import * as vscode from "vscode";
import type { ContinuesMessage } from "../console/openRecord.ts";
import type { LogRun, LogStore, LogWriter } from "../store/logStore.ts";
import type { LoadEnvironment } from "./libraryFolders.ts";
import type { CrashNavigation } from "./goToCrash.ts";
import type { LogPanel } from "./panel.ts";

/** The view's id in package.json. */
export const logsViewId = "mirageos.logs";

/** The consoles of unikernels: their store and the views that show them. */
export interface Logs extends vscode.Disposable {
  /** Begins to store the console of a run. */
  readonly begin: (run: LogRun) => Promise<LogWriter>;
  readonly store: () => Promise<LogStore>;
  /** Whether the panel is visible. */
  readonly isVisible: () => boolean;
  /** The commands by id. The command that clears the panel returns whether there is one. */
  readonly table: Readonly<Record<string, (argument: unknown) => unknown>>;
}

/** Registers the panel. Its code is loaded when a unikernel runs or the panel becomes visible. */
export function createLogs(
  context: vscode.ExtensionContext,
  log: vscode.LogOutputChannel,
  loadEnvironment: LoadEnvironment,
  /** Called when the panel shows a console. */
  onShown: () => void,
): Logs {
  let created: Promise<LogStore> | undefined;
  const storage = context.storageUri ?? context.globalStorageUri;

  const create = async (): Promise<LogStore> => {
    const { LogStore } = await import("../store/logStore.ts");
    const onError = (reason: string) => log.warn(reason);
    const maxFileBytes = () => 1e6 * getSetting("logFileSize");
    const logStore = new LogStore({
      folder: join(storage.fsPath, "logs"),
      onError,
      maxFileBytes,
      readMessageLines,
    });
    await logStore.restore();
    return logStore;
  };
  const store = () => (created ??= create());
  let inline: vscode.Disposable | undefined;
  let crashes: CrashNavigation | undefined;
  let panel: LogPanel | undefined;
  let panelView: vscode.WebviewView | undefined;
  /** The record that a command requested before there was a panel. */
  let requested: readonly [string, number] | undefined;

  const provider = vscode.window.registerWebviewViewProvider(logsViewId, {
    resolveWebviewView: async (view) => {
      const [{ createLogPanel }, logStore] = await Promise.all([import("./panel.ts"), store()]);
      panel = createLogPanel({
        view,
        extensionUri: context.extensionUri,
        store: logStore,
        loadEnvironment,
        onShown,
      });
      panelView = view;
      view.onDidDispose(() => (panel = panelView = undefined));
      if (requested) panel.show(...requested);
      requested = undefined;
    },
  });

  return {
    begin: async (run) => {
      const logStore = await store();
      inline ??= (await import("./inlineLogs.ts")).showInlineLogs(logStore);
      crashes ??= (await import("./goToCrash.ts")).watchCrashes(logStore, loadEnvironment);
      return logStore.beginWithSources(run);
    },
    store,
    isVisible: () => panelView?.visible === true,
    table: {
      "mirageos.showLogs": async (argument) => {
        const record = parseRecordLink(argument) ?? (await latestRecord(argument, store));
        requested = record;
        await vscode.commands.executeCommand(`${logsViewId}.focus`);
        if (panel && record) panel.show(...record);
        if (panel) requested = undefined;
      },
      "mirageos.stopWhenLogged": async (argument) =>
        (await import("./callSite.ts")).stopWhenLogged(argument, await store()),
      "mirageos.toggleInlineLogs": async () => (await import("./inlineLogs.ts")).toggleInlineLogs(),
      "mirageos.goToCrash": () => crashes?.go(),
      "mirageos.clearLogs": () => {
        panel?.clear();
        return panel !== undefined;
      },
    },
    dispose: () => {
      provider.dispose();
      inline?.dispose();
      crashes?.dispose();
    },
  };
}

/** Reads the sources that say which lines continue messages. A run begins even if they cannot be read. */
async function readMessageLines(unikernel: string): Promise<ContinuesMessage> {
  const [{ createMessageLines }, { ocamlSources }, { findUnikernelFolders }] = await Promise.all([
    import("../source/messageLines.ts"),
    import("./ocamlSources.ts"),
    import("./unikernelFolders.ts"),
  ]);
  try {
    const sources = await ocamlSources(await findUnikernelFolders(unikernel));
    return createMessageLines(sources.map(({ text }) => text));
  } catch {
    return createMessageLines([]);
  }
}

/**
 * Returns the last record of a unikernel's newest session, if the argument is an element of the Unikernels view. Returns
 * undefined if that session is the newest of all, which the panel shows anyway.
 */
async function latestRecord(
  argument: unknown,
  store: () => Promise<LogStore>,
): Promise<readonly [string, number] | undefined> {
  if (typeof argument !== "object" || argument === null || !("id" in argument)) return undefined;
  const logStore = await store();
  const session = logStore.sessions().find(({ unikernel }) => unikernel === argument.id);
  if (!session || session === logStore.sessions()[0]) return undefined;
  await logStore.load(session.id);
  return [session.id, Math.max(0, logStore.span(session.id).end - 1)];
}

/** Parses the argument of a link in a hover: the id of a session and the number of a record in it. */
function parseRecordLink(value: unknown): readonly [string, number] | undefined {
  if (typeof value !== "object" || value === null || !("session" in value) || !("seq" in value))
    return undefined;
  const { session, seq } = value;
  return typeof session === "string" && typeof seq === "number" ? [session, seq] : undefined;
}
