import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import * as vscode from "vscode";
import { openChannel, type Channel } from "../../protocol/channel.ts";
import { pageHtml, type PageCode, type PageOptions } from "../../protocol/page.ts";
import type { Validator } from "../../protocol/validators.ts";

export interface WebviewContent<In> extends Pick<
  PageOptions,
  "title" | "wasm" | "workers" | "images" | "code"
> {
  /** The name of its script and styles in `dist/webviews`. */
  readonly name: string;
  readonly incoming: Validator<In>;
  readonly handle: (message: In) => unknown;
}

/** Reads the script and the styles of a page from `dist/webviews`, for a page that has them in its HTML. */
export async function readPageCode(extensionUri: vscode.Uri, name: string): Promise<PageCode> {
  const read = (end: string) =>
    readFile(vscode.Uri.joinPath(extensionUri, "dist", "webviews", `${name}.${end}`).fsPath, "utf8");
  const [script, style] = await Promise.all([read("js"), read("css")]);
  return { script, style };
}

/** Loads a page into a webview and opens the channel to it. The caller disposes of the channel. */
export function fillWebview<Out, In>(
  webview: vscode.Webview,
  extensionUri: vscode.Uri,
  { name, incoming, handle, ...page }: WebviewContent<In>,
): Channel<Out> {
  const dist = vscode.Uri.joinPath(extensionUri, "dist", "webviews");
  const address = (file: string): string => webview.asWebviewUri(vscode.Uri.joinPath(dist, file)).toString();
  webview.options = { enableScripts: true, localResourceRoots: [dist] };
  const channel = openChannel<Out, In>(
    {
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- VS Code's, not a window's.
      post: (message) => void webview.postMessage(message),
      onMessage: (listener) => {
        const listening = webview.onDidReceiveMessage(listener);
        return () => listening.dispose();
      },
    },
    { incoming, handle, onError: (reason) => console.warn(`${page.title}: ${reason}`) },
  );
  webview.html = pageHtml({
    ...page,
    script: address(`${name}.js`),
    style: address(`${name}.css`),
    styleSource: webview.cspSource,
    nonce: randomBytes(16).toString("hex"),
    language: vscode.env.language,
    texts: vscode.l10n.bundle,
  });
  return channel;
}
