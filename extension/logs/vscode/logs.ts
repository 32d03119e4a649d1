import { getSetting } from "../../platform/vscode/settings.ts";
import { join } from "node:path";
import * as vscode from "vscode";
import type { ContinuesMessage } from "../console/openRecord.ts";
import type { LogRun, LogStore, LogWriter } from "../store/logStore.ts";
import type { LoadEnvironment } from "./libraryFolders.ts";
import type { CrashNavigation } from "./goToCrash.ts";
import type { LogPanel } from "./panel.ts";

/** A session, and the record to go to; without one, the end of the session. */
type ShownPlace = readonly [session: string, seq: number | undefined];

/** The view's id in package.json. */
export const logsViewId = "mirageos.logs";

/** The consoles of unikernels: their store and the views that show them. */
export interface Logs extends vscode.Disposable {
  /** Begins to store the console of a run. */
  readonly begin: (run: LogRun) => Promise<LogWriter>;
  readonly store: () => Promise<LogStore>;
  /** Whether the panel is visible. */
  readonly isVisible: () => boolean;
  /** The id of the session that the panel shows, if it is visible. */
  readonly shownSession: () => string | undefined;
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
  /** What a command requested before there was a panel. */
  let requested: ShownPlace | undefined;

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
    shownSession: () => (panelView?.visible ? panel?.shownSession() : undefined),
    table: {
      "mirageos.showLogs": async (argument) => {
        const place = parseRecordLink(argument) ?? (await newestSession(argument, store));
        requested = place;
        await vscode.commands.executeCommand(`${logsViewId}.focus`);
        if (panel && place) panel.show(...place);
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
    import("../source/continuedLines.ts"),
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
 * Returns the newest session of a unikernel, if the argument is an element of the Unikernels view. Returns undefined if
 * that session is the newest of all, which the panel shows anyway.
 */
async function newestSession(
  argument: unknown,
  store: () => Promise<LogStore>,
): Promise<ShownPlace | undefined> {
  if (typeof argument !== "object" || argument === null || !("id" in argument)) return undefined;
  const sessions = (await store()).sessions();
  const session = sessions.find(({ unikernel }) => unikernel === argument.id);
  return !session || session === sessions[0] ? undefined : [session.id, undefined];
}

/**
 * Parses the argument of a link in a hover, which has the id of a session and the number of a record in it, or an
 * element of the view Running, which has the id of a session only.
 */
function parseRecordLink(value: unknown): ShownPlace | undefined {
  if (typeof value !== "object" || value === null || !("session" in value)) return undefined;
  const { session } = value;
  const seq = "seq" in value && typeof value.seq === "number" ? value.seq : undefined;
  return typeof session === "string" ? [session, seq] : undefined;
}
