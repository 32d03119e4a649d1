import type { Port } from "../../extension/protocol/channel.ts";

interface VsCodeApi {
  readonly postMessage: (message: unknown) => void;
  readonly getState: () => unknown;
  readonly setState: (state: unknown) => void;
}

declare const acquireVsCodeApi: () => VsCodeApi;

/** The API that VS Code offers to the script of a webview. */
export interface WebviewHost {
  readonly port: Port;
  /** The state that this page, or an earlier page of its panel, saved last. */
  readonly savedState: () => unknown;
  /** Stores JSON for the next page: VS Code discards the page of a hidden panel, and all pages at a reload. */
  readonly saveState: (state: unknown) => void;
}

/** Connects to VS Code. Throws if it is called twice in a page. */
export function connect(): WebviewHost {
  const api = acquireVsCodeApi();
  return {
    savedState: () => api.getState(),
    saveState: (state) => api.setState(state),
    port: {
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- This is VS Code's function, not a window's.
      post: (message) => api.postMessage(message),
      onMessage: (listener) => {
        const hear = (event: MessageEvent<unknown>): void => listener(event.data);
        window.addEventListener("message", hear);
        return () => window.removeEventListener("message", hear);
      },
    },
  };
}
