import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { open } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import * as vscode from "vscode";
import { openChannel } from "../../../webviews/kit/channel.ts";
import { pageHtml } from "../../../webviews/kit/page.ts";
import { isFromPanel, type FromPanel, type ToPanel } from "../../../webviews/logs/messages.ts";
import { callSites, matchRecord } from "../callSites.ts";
import { createLogFeed } from "../feed.ts";
import type { Frame, LogRecord, LogSession } from "../model.ts";
import { frameCandidates } from "../links.ts";
import { recordText } from "../panelRows.ts";
import type { LogStore } from "../store.ts";
import { ocamlSources, sourceRoot } from "./sources.ts";

const title = "Unikernel Logs";
/** More would fill the clipboard with what no editor opens. */
const copyLimit = 100_000;

/** Fills the view in the panel area from the store; returns what hides the records so far. */
export function fillPanel(view: vscode.WebviewView, extensionUri: vscode.Uri, store: LogStore): () => void {
  const { webview } = view;
  const dist = vscode.Uri.joinPath(extensionUri, "dist", "webviews");
  webview.options = { enableScripts: true, localResourceRoots: [dist] };

  const act = async (message: FromPanel): Promise<unknown> => {
    switch (message.kind) {
      case "look":
        return feed.look(message.session, message.filter, message.near);
      case "rows":
        return feed.rows(message.generation, message.from, message.count);
      case "details":
        return feed.details(message.seq);
      case "pause":
        feed.pause(message.on);
        return "";
      case "clear":
        feed.clear();
        return "";
      case "copy":
        return copy(feed.shown(message.from, Math.min(message.to, message.from + copyLimit)));
      case "save":
        return save(feed.session(), feed.shown());
      case "raw":
        return openRaw(feed.session());
      case "frame": {
        const frame = feed.record(message.seq)?.frames[message.index];
        if (!frame) throw new Error("the record is no longer kept");
        return openFrame(frame, feed.session());
      }
      case "callSite":
        return goToCallSite(feed.record(message.seq), feed.session());
    }
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
  });
  view.onDidDispose(() => {
    feed.dispose();
    channel.dispose();
  });
  return feed.clear;
}

async function copy(portions: Iterable<readonly LogRecord[]>): Promise<string> {
  const records = [...portions].flat();
  await vscode.env.clipboard.writeText(records.map(recordText).join(""));
  const cut = records.length === copyLimit ? "; the rest is for Save" : "";
  return `${records.length} ${records.length === 1 ? "record is" : "records are"} on the clipboard${cut}.`;
}

async function save(
  session: LogSession | undefined,
  portions: Iterable<readonly LogRecord[]>,
): Promise<string> {
  if (!session) return "There is no session yet.";
  const name = `${session.name}-${session.target}.log`;
  const file = await vscode.window.showSaveDialog({
    title: "Save the shown records",
    defaultUri: vscode.Uri.file(join(dirname(session.unikernel), name)),
  });
  if (!file) return "";
  const output = await open(file.fsPath, "w");
  try {
    for (const records of portions) await output.write(records.map(recordText).join(""));
  } finally {
    await output.close();
  }
  return `Saved as ${file.fsPath}.`;
}

async function openRaw(session: LogSession | undefined): Promise<string> {
  if (session?.rawFile === undefined) return "This session has no raw file.";
  await vscode.window.showTextDocument(vscode.Uri.file(session.rawFile), { preview: true });
  return "";
}

async function openFrame(frame: Frame, session: LogSession | undefined): Promise<string> {
  const project = session ? sourceRoot(session.unikernel) : "";
  const candidates = frameCandidates(frame.file, { project, switchPrefix: undefined });
  const found = candidates.find((file) => existsSync(file));
  if (found === undefined)
    return `${frame.file} is not among the sources of ${session?.name ?? "this session"}.`;
  const line = Math.max(0, frame.line - 1);
  await show(found, new vscode.Range(line, frame.startColumn, line, frame.endColumn));
  return "";
}

/** Goes to where a record was logged; asks where that can be several places. */
async function goToCallSite(record: LogRecord | undefined, session: LogSession | undefined): Promise<string> {
  if (!record || !session) return "The record is no longer kept.";
  const root = sourceRoot(session.unikernel);
  const sites = (await ocamlSources(root)).flatMap(({ file, text }) =>
    callSites(text).map((site) => ({ ...site, file })),
  );
  const found = matchRecord(record, sites);
  if (found.length === 0) return `No call in the sources of ${session.name} logs this.`;
  const items = found.map((site) => ({
    label: site.format,
    description: `${relative(root, site.file)}:${site.range.startLine + 1}`,
    site,
  }));
  const chosen =
    items.length === 1
      ? items[0]
      : await vscode.window.showQuickPick(items, { title: "These can have logged it" });
  if (!chosen) return "";
  const { startLine, startColumn, endLine, endColumn } = chosen.site.range;
  await show(chosen.site.file, new vscode.Range(startLine, startColumn, endLine, endColumn));
  return "";
}

async function show(file: string, selection: vscode.Range): Promise<void> {
  await vscode.window.showTextDocument(vscode.Uri.file(file), { selection });
}
