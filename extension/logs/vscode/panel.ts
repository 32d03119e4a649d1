import { randomBytes } from "node:crypto";
import { open } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import * as vscode from "vscode";
import { openChannel } from "../../../webviews/kit/channel.ts";
import { pageHtml } from "../../../webviews/kit/page.ts";
import { isFromPanel, type Details, type FromPanel, type ToPanel } from "../../../webviews/logs/messages.ts";
import { callSites } from "../callSites.ts";
import { matchRecord } from "../siteMatch.ts";
import { createLogFeed } from "../feed.ts";
import type { Frame, LogRecord, LogSession } from "../model.ts";
import type { Crash } from "../crashRule.ts";
import { librarySites } from "../librarySites.ts";
import { findFrame, type LinkRoots } from "../links.ts";
import { forClipboard, type Copied } from "../clipboard.ts";
import { recordText } from "../panelRows.ts";
import type { LogStore } from "../store.ts";
import { librariesOf, type EnvironmentOf } from "./libraries.ts";
import { sourceRoot } from "../ownSources.ts";
import { ocamlSources } from "./sources.ts";
import { t } from "../../platform/l10n.ts";

const title = t("Unikernel Logs");

/** The panel that is there. */
export interface Panel {
  /** Hides the records so far. */
  readonly clear: () => void;
  /** Goes to a record. */
  readonly show: (session: string, seq: number) => void;
}

/** Fills the view in the panel area from the store. */
export function fillPanel(
  view: vscode.WebviewView,
  extensionUri: vscode.Uri,
  store: LogStore,
  environment: EnvironmentOf,
  read: () => void,
): Panel {
  const { webview } = view;
  const dist = vscode.Uri.joinPath(extensionUri, "dist", "webviews");
  webview.options = { enableScripts: true, localResourceRoots: [dist] };

  const act = async (message: FromPanel): Promise<unknown> => {
    switch (message.kind) {
      case "look": {
        const { session, filter, near, active, cleared } = message;
        const ordinal = await feed.look(session, filter, near, cleared, active);
        hears = true;
        if (feed.session()) read();
        wanted?.();
        wanted = undefined;
        return ordinal;
      }
      case "rows":
        return feed.rows(message.generation, message.from, message.count);
      case "details":
        return withSources(
          feed.details(message.seq),
          feed.record(message.seq),
          await rootsOf(feed.session()),
        );
      case "pause":
        feed.pause(message.on);
        return "";
      case "clear":
        feed.clear();
        return "";
      case "copy":
        feed.expect(message.generation);
        return copy(forClipboard(feed.shown(message.from, message.to), message.to - message.from), () =>
          save(feed.session(), feed.shown(message.from, message.to)),
        );
      case "save":
        return save(feed.session(), feed.shown());
      case "raw":
        return openRaw(feed.session());
      case "frame": {
        const frame = feed.record(message.seq)?.frames[message.index];
        if (!frame) throw new Error(t("the record is no longer kept; it is in the raw file"));
        return openFrame(frame, await rootsOf(feed.session()));
      }
      case "crash":
        return help(feed.crash(), message.index, feed.session());
      case "callSite":
        return goToCallSite(feed.record(message.seq), feed.session(), rootsOf);
    }
  };

  /** The page has asked what to show, so that it hears what it is told. */
  let hears = false;
  let wanted: (() => void) | undefined;
  const rootsOf = async (session: LogSession | undefined): Promise<LinkRoots> => ({
    project: session ? sourceRoot(session.unikernel) : "",
    libraries: session ? await librariesOf(environment, session.unikernel) : [],
  });

  const help = async (
    crash: Crash | undefined,
    index: number,
    session: LogSession | undefined,
  ): Promise<string> => {
    const action = crash?.actions[index];
    if (!action || !session) return t("The session has changed meanwhile.");
    if (action.kind === "frame") return crash.frame ? openFrame(crash.frame, await rootsOf(session)) : "";
    if (action.kind === "copy") {
      await vscode.env.clipboard.writeText(action.text);
      return t("The command is on the clipboard.");
    }
    const [command, ...args] = commandOf[action.kind](session);
    await vscode.commands.executeCommand(command, ...args);
    return "";
  };

  const channel = openChannel<ToPanel, FromPanel>(
    {
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- VS Code's, not a window's.
      post: (message) => void webview.postMessage(message),
      onMessage: (listener) => {
        const listening = webview.onDidReceiveMessage(listener);
        return () => listening.dispose();
      },
    },
    { incoming: isFromPanel, handle: act, onStray: (reason) => console.warn(`${title}: ${reason}`) },
  );
  const feed = createLogFeed(store, channel.tell);
  const address = (file: string): string => webview.asWebviewUri(vscode.Uri.joinPath(dist, file)).toString();
  webview.html = pageHtml({
    title,
    script: address("logs.js"),
    style: address("logs.css"),
    styleSource: webview.cspSource,
    nonce: randomBytes(16).toString("hex"),
    language: vscode.env.language,
    texts: vscode.l10n.bundle,
  });
  view.onDidChangeVisibility(() => {
    // The page of a hidden view is thrown away; the next one asks anew.
    hears &&= view.visible;
  });
  view.onDidDispose(() => {
    feed.dispose();
    channel.dispose();
  });
  return {
    clear: feed.clear,
    show: (session, seq) => {
      wanted = () => feed.show(session, seq);
      if (!hears) return;
      wanted();
      wanted = undefined;
    },
  };
}

/** What helps after a crash, as commands with their arguments. */
const commandOf: Readonly<
  Record<
    "launch" | "devices" | "target" | "build" | "setup",
    (session: LogSession) => readonly [string, ...unknown[]]
  >
> = {
  launch: () => ["workbench.action.debug.configure"],
  devices: () => ["workbench.action.openSettings", "mirageos.devices"],
  target: () => ["mirageos.selectTarget"],
  build: ({ unikernel }) => ["mirageos.build", unikernel],
  setup: () => ["mirageos.checkSetup"],
};

/** Says of each frame whose source is not to be found why. */
async function withSources(
  details: Details,
  record: LogRecord | undefined,
  roots: LinkRoots,
): Promise<Details> {
  // A recursion that went too deep names one place a thousand times.
  const asked = new Map<string, ReturnType<typeof findFrame>>();
  const sources = await Promise.all(
    (record?.frames ?? []).map((frame) => {
      const key = JSON.stringify([frame.file, frame.name]);
      const source = asked.get(key) ?? findFrame(frame, roots);
      asked.set(key, source);
      return source;
    }),
  );
  const frames = details.frames.map((frame, index) => {
    const source = sources[index];
    return source && "reason" in source ? { ...frame, why: source.reason } : frame;
  });
  return { ...details, frames };
}

async function copy({ text, words, all }: Copied, saveAll: () => Promise<string>): Promise<string> {
  await vscode.env.clipboard.writeText(text);
  if (all) return words;
  const choice = t("Save All…");
  void vscode.window
    .showInformationMessage(words, choice)
    .then((answer) => (answer === choice ? saveAll() : undefined));
  // VS Code says it.
  return "";
}

async function save(
  session: LogSession | undefined,
  portions: Iterable<readonly LogRecord[]>,
): Promise<string> {
  if (!session) return t("There is no session yet.");
  const name = `${session.name}-${session.target}.log`;
  const file = await vscode.window.showSaveDialog({
    title: t("Save the shown records"),
    defaultUri: vscode.Uri.file(join(dirname(session.unikernel), name)),
  });
  if (!file) return "";
  const output = await open(file.fsPath, "w");
  try {
    for (const records of portions) await output.write(records.map(recordText).join(""));
  } finally {
    await output.close();
  }
  return t("Saved as {0}.", file.fsPath);
}

async function openRaw(session: LogSession | undefined): Promise<string> {
  if (session?.rawFile === undefined) return t("This session has no raw file.");
  // As an editor of VS Code's: extensions are not given files of more than 50 MB.
  await vscode.commands.executeCommand("vscode.open", vscode.Uri.file(session.rawFile), { preview: true });
  return "";
}

async function openFrame(frame: Frame, roots: LinkRoots): Promise<string> {
  const source = await findFrame(frame, roots);
  if ("reason" in source) return t("{0} cannot be opened: {1}.", frame.file, source.reason);
  const line = Math.max(0, frame.line - 1);
  await show(source.file, new vscode.Range(line, frame.startColumn, line, frame.endColumn));
  return "";
}

/**
 * Goes to where a record was logged, in the unikernel's sources, else in those of its libraries; asks where
 * that can be several places.
 */
async function goToCallSite(
  record: LogRecord | undefined,
  session: LogSession | undefined,
  rootsOf: (session: LogSession) => Promise<LinkRoots>,
): Promise<string> {
  if (!record || !session) return t("The record is no longer kept.");
  const root = sourceRoot(session.unikernel);
  const sites = (await ocamlSources(root)).flatMap(({ file, text }) =>
    callSites(text).map((site) => ({ ...site, file })),
  );
  const own = matchRecord(record, sites);
  const found = own.length > 0 ? own : await inLibraries(record, await rootsOf(session));
  if (found.length === 0)
    return t("No call in the sources of {0} and its libraries logs this.", session.name);
  const items = found.map((site) => ({
    label: site.format,
    description: `${relative(root, site.file)}:${site.range.startLine + 1}`,
    site,
  }));
  const chosen =
    items.length === 1
      ? items[0]
      : await vscode.window.showQuickPick(items, { title: t("These can have logged it") });
  if (!chosen) return "";
  const { startLine, startColumn, endLine, endColumn } = chosen.site.range;
  await show(chosen.site.file, new vscode.Range(startLine, startColumn, endLine, endColumn));
  return "";
}

const inLibraries = (record: LogRecord, { project, libraries }: LinkRoots) =>
  vscode.window.withProgress(
    { location: vscode.ProgressLocation.Window, title: t("Looking for the call in the libraries") },
    () => librarySites(record, [...["duniverse", "vendor"].map((each) => join(project, each)), ...libraries]),
  );

async function show(file: string, selection: vscode.Range): Promise<void> {
  await vscode.window.showTextDocument(vscode.Uri.file(file), { selection });
}
