import { randomBytes } from "node:crypto";
import * as vscode from "vscode";
import { openChannel, type Channel } from "../../../webviews/kit/channel.ts";
import { pageHtml, type Page } from "../../../webviews/kit/page.ts";
import type { Shape } from "../../../webviews/kit/shape.ts";

export interface WebviewContent<In> extends Pick<Page, "title" | "wasm" | "workers" | "images"> {
  /** Name of its script and styles in `dist/webviews`. */
  readonly name: string;
  readonly incoming: Shape<In>;
  readonly handle: (message: In) => unknown;
}

/** Fills a webview with one of our pages and opens the channel to it; the caller disposes of that. */
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
    { incoming, handle, onStray: (reason) => console.warn(`${page.title}: ${reason}`) },
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
