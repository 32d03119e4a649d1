import { randomBytes } from "node:crypto";
import { open } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, isAbsolute, join } from "node:path";
import * as vscode from "vscode";
import { openChannel } from "../../protocol/channel.ts";
import { pageHtml } from "../../protocol/page.ts";
import { isFromLogsPage, type RowDetails, type FromLogsPage, type ToLogsPage } from "../../protocol/logs.ts";
import { LogFeed } from "../panel/logFeed.ts";
import { logFileName } from "../panel/logFileName.ts";
import type { StackFrame, LogRecord, LogSession } from "../model.ts";
import type { CrashAction } from "../crash/crashExplanation.ts";
import { findFrame, type SourceRoots } from "../source/frameSources.ts";
import { clipboardText } from "../panel/clipboard.ts";
import { formatRecord } from "../panel/panelRows.ts";
import type { LogStore } from "../store/logStore.ts";
import { findCallSite, stopAtCallSite } from "./callSite.ts";
import { findSwitchLibraries, type LoadEnvironment } from "./libraryFolders.ts";
import { searchSources } from "./searchSources.ts";
import { findUnikernelFolders } from "./unikernelFolders.ts";
import { t } from "../../protocol/l10n.ts";
import { performAction } from "../../platform/vscode/showProblem.ts";

const title = t("Unikernel Logs");

/** The log panel. */
export interface LogPanel {
  /** Hides the records so far. */
  readonly clear: () => void;
  /** The id of the session that is shown. */
  readonly shownSession: () => string | undefined;
  /** Shows a record of a session or, without one, follows the end of the session, now or once the page is ready. */
  readonly show: (session: string, seq: number | undefined) => void;
}

export interface LogPanelOptions {
  readonly view: vscode.WebviewView;
  readonly extensionUri: vscode.Uri;
  readonly store: LogStore;
  readonly loadEnvironment: LoadEnvironment;
  /** Called when the panel shows another console. */
  readonly onShown: () => void;
}

/** Creates the log panel in a view of VS Code. */
export function createLogPanel(options: LogPanelOptions): LogPanel {
  return new WebviewLogPanel(options);
}

class WebviewLogPanel implements LogPanel {
  readonly #loadEnvironment: LoadEnvironment;
  readonly #feed: LogFeed;
  /** The page has made its first request, so it receives messages. */
  #isPageReady = false;
  /** Shows the record that was requested before the page was ready. */
  #pendingShow: (() => void) | undefined;

  constructor({ view, extensionUri, store, loadEnvironment, onShown }: LogPanelOptions) {
    this.#loadEnvironment = loadEnvironment;
    const { webview } = view;
    const dist = vscode.Uri.joinPath(extensionUri, "dist", "webviews");
    webview.options = { enableScripts: true, localResourceRoots: [dist] };
    const channel = openChannel<ToLogsPage, FromLogsPage>(
      {
        // oxlint-disable-next-line unicorn/require-post-message-target-origin -- VS Code's, not a window's.
        post: (message) => void webview.postMessage(message),
        onMessage: (listener) => {
          const listening = webview.onDidReceiveMessage(listener);
          return () => listening.dispose();
        },
      },
      {
        incoming: isFromLogsPage,
        handle: (message) => this.#handle(message),
        onError: (reason) => console.warn(`${title}: ${reason}`),
      },
    );
    let shown: string | undefined;
    this.#feed = new LogFeed(store, (message) => {
      channel.notify(message);
      if (message.kind !== "state" || message.session === shown || !view.visible) return;
      shown = message.session;
      if (shown !== undefined) onShown();
    });
    webview.html = logsPage(webview, dist);
    view.onDidChangeVisibility(() => {
      // VS Code discards the page of a hidden view; the next page requests everything again.
      this.#isPageReady &&= view.visible;
    });
    view.onDidDispose(() => {
      this.#feed.dispose();
      channel.dispose();
    });
  }

  clear(): void {
    this.#feed.clear();
  }

  shownSession(): string | undefined {
    return this.#feed.session()?.id;
  }

  show(session: string, seq: number | undefined): void {
    const showRecord = () => this.#feed.reveal(session, seq);
    if (this.#isPageReady) showRecord();
    else this.#pendingShow = showRecord;
  }

  /** Handles a message of the page. Strings are messages that the page shows to the user. */
  async #handle(message: FromLogsPage): Promise<unknown> {
    const feed = this.#feed;
    switch (message.kind) {
      case "select":
        return this.#select(message);
      case "rows":
        return feed.rows(message.generation, message.from, message.count);
      case "details":
        return withUnavailableSources(
          feed.details(message.seq),
          feed.record(message.seq),
          await this.#sourceRoots(),
        );
      case "pause":
        feed.pause(message.on);
        return "";
      case "clear":
        feed.clear();
        return "";
      case "copy":
        feed.checkGeneration(message.generation);
        return this.#copy(message.from, message.to);
      case "save":
        return saveRecords(feed.session(), feed.shownRecords());
      case "raw":
        return openRawConsole(feed.session());
      case "frame": {
        const frame = feed.record(message.seq)?.frames[message.index];
        if (!frame) throw new Error(t("The record is no longer in memory; see the raw console file."));
        return openFrame(frame, await this.#sourceRoots());
      }
      case "crash":
        return this.#runCrashAction(message.index);
      case "callSite":
      case "stopAtCallSite": {
        const record = feed.record(message.seq);
        const site = await findCallSite(record, feed.session(), () => this.#sourceRoots());
        if (typeof site === "string") return site;
        if (message.kind === "stopAtCallSite") return stopAtCallSite(site, record);
        await showSource(site.file, site.range);
        return "";
      }
    }
  }

  async #select(selection: FromLogsPage & { readonly kind: "select" }): Promise<number> {
    const ordinal = await this.#feed.select(selection);
    this.#isPageReady = true;
    this.#pendingShow?.();
    this.#pendingShow = undefined;
    return ordinal;
  }

  async #copy(from: number, to: number): Promise<string> {
    const { text, message, isComplete } = clipboardText(this.#feed.shownRecords(from, to), to - from);
    await vscode.env.clipboard.writeText(text);
    if (isComplete) return message;
    const saveAll = t("Save All…");
    void vscode.window
      .showInformationMessage(message, saveAll)
      .then((choice) =>
        choice === saveAll ? saveRecords(this.#feed.session(), this.#feed.shownRecords(from, to)) : undefined,
      );
    // VS Code shows the message.
    return "";
  }

  async #runCrashAction(index: number): Promise<string> {
    const [crash, session] = [this.#feed.crash(), this.#feed.session()];
    const action = crash?.actions[index];
    if (!action || !session) return t("The session has changed. Try again.");
    if (action.kind === "frame") return crash.frame ? openFrame(crash.frame, await this.#sourceRoots()) : "";
    if (action.kind === "copy") {
      await vscode.env.clipboard.writeText(action.text);
      return t("Copied the command.");
    }
    if (action.kind === "search") {
      await searchSources(session, action.text);
      return "";
    }
    if (action.kind === "useTarget") {
      const { unikernel } = session;
      const request = { unikernel, target: action.target, select: true, goal: "build-and-run" };
      await vscode.commands.executeCommand("mirageos.retryOnTarget", request);
      return "";
    }
    if (action.kind === "problem") {
      await performAction(action.action);
      return "";
    }
    if (action.kind === "network") {
      await vscode.commands.executeCommand("mirageos.setUpNetwork", { tap: action.tap });
      return "";
    }
    const [command, ...args] = commandOf[action.kind](session);
    await vscode.commands.executeCommand(command, ...args);
    return "";
  }

  /** The source folders of the session that is shown. */
  async #sourceRoots(): Promise<SourceRoots> {
    const session = this.#feed.session();
    if (!session) return { project: "", libraries: [] };
    const folders = await findUnikernelFolders(session.unikernel);
    return {
      project: folders.root,
      libraries: await findSwitchLibraries(this.#loadEnvironment, folders),
    };
  }
}

function logsPage(webview: vscode.Webview, dist: vscode.Uri): string {
  const address = (file: string): string => webview.asWebviewUri(vscode.Uri.joinPath(dist, file)).toString();
  return pageHtml({
    title,
    script: address("logs.js"),
    style: address("logs.css"),
    styleSource: webview.cspSource,
    nonce: randomBytes(16).toString("hex"),
    language: vscode.env.language,
    texts: vscode.l10n.bundle,
  });
}

/** The commands for the actions of a crash, with their arguments. */
const commandOf: Readonly<
  Record<
    Exclude<CrashAction["kind"], "frame" | "copy" | "problem" | "network" | "search" | "useTarget">,
    (session: LogSession) => readonly [string, ...unknown[]]
  >
> = {
  launch: () => ["workbench.action.debug.configure"],
  devices: () => ["workbench.action.openSettings", "mirageos.devices"],
  target: () => ["mirageos.selectTarget"],
  build: ({ unikernel }) => ["mirageos.build", unikernel],
  setup: () => ["mirageos.checkSetup"],
  hosts: () => ["mirageos.hosts.focus"],
  debug: ({ unikernel, target }) => [
    "mirageos.retryOnTarget",
    { unikernel, target, select: false, launch: { unikernel: dirname(unikernel), debug: true } },
  ],
  arguments: ({ unikernel }) => ["mirageos.bootArguments", unikernel],
  options: ({ unikernel }) => ["mirageos.configureWithOptions", unikernel],
};

/** Adds to each frame why its source cannot be opened, if it cannot. */
async function withUnavailableSources(
  details: RowDetails,
  record: LogRecord | undefined,
  roots: SourceRoots,
): Promise<RowDetails> {
  // The backtrace of a deep recursion repeats one location a thousand times.
  const searches = new Map<string, ReturnType<typeof findFrame>>();
  const sources = await Promise.all(
    (record?.frames ?? []).map((frame) => {
      const key = JSON.stringify([frame.file, frame.name]);
      const source = searches.get(key) ?? findFrame(frame, roots);
      searches.set(key, source);
      return source;
    }),
  );
  const frames = details.frames.map((frame, index) => {
    const source = sources[index];
    return source && "reason" in source ? { ...frame, unavailableReason: source.reason } : frame;
  });
  return { ...details, frames };
}

async function saveRecords(
  session: LogSession | undefined,
  portions: Iterable<readonly LogRecord[]>,
): Promise<string> {
  if (!session) return t("There is no session yet.");
  // A console of a host and a syslog session may belong to no unikernel of the workspace.
  const folder = isAbsolute(session.unikernel)
    ? dirname(session.unikernel)
    : (vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? homedir());
  const file = await vscode.window.showSaveDialog({
    title: t("Save Shown Records"),
    defaultUri: vscode.Uri.file(join(folder, logFileName(session))),
  });
  if (!file) return "";
  const output = await open(file.fsPath, "w");
  try {
    for (const records of portions) await output.write(records.map(formatRecord).join(""));
  } finally {
    await output.close();
  }
  return t("Saved as {0}.", file.fsPath);
}

async function openRawConsole(session: LogSession | undefined): Promise<string> {
  if (session?.rawFile === undefined) return t("This session has no raw console file.");
  // Uses this command because extensions cannot open files of more than 50 MB themselves.
  await vscode.commands.executeCommand("vscode.open", vscode.Uri.file(session.rawFile), { preview: true });
  return "";
}

/** Opens the source of a frame; returns a message for the user if it is not available, otherwise an empty text. */
export async function openFrame(frame: StackFrame, roots: SourceRoots): Promise<string> {
  const source = await findFrame(frame, roots);
  if ("reason" in source) return t("Could not open {0}: {1}.", frame.file, source.reason);
  const line = Math.max(0, frame.line - 1);
  await showSource(source.file, new vscode.Range(line, frame.startColumn, line, frame.endColumn));
  return "";
}

async function showSource(file: string, selection: vscode.Range): Promise<void> {
  await vscode.window.showTextDocument(vscode.Uri.file(file), { selection });
}
