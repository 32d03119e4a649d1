import type { Port } from "./channel.ts";

interface VsCodeApi {
  readonly postMessage: (message: unknown) => void;
  readonly getState: () => unknown;
  readonly setState: (state: unknown) => void;
}

declare const acquireVsCodeApi: () => VsCodeApi;

/** What VS Code gives a webview's script. */
export interface Host {
  readonly port: Port;
  /** What `keep` was last given, also by an earlier page of this panel. */
  readonly kept: () => unknown;
  /** Keeps JSON for the next page: a hidden panel's page is thrown away, a reload throws all away. */
  readonly keep: (state: unknown) => void;
}

/** Connects to VS Code. May be called once a page. */
export function connect(): Host {
  const api = acquireVsCodeApi();
  return {
    kept: () => api.getState(),
    keep: (state) => api.setState(state),
    port: {
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- VS Code's, not a window's.
      post: (message) => api.postMessage(message),
      onMessage: (listener) => {
        const hear = (event: MessageEvent<unknown>): void => listener(event.data);
        window.addEventListener("message", hear);
        return () => window.removeEventListener("message", hear);
      },
    },
  };
}
