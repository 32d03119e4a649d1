import type { CancellationToken } from "vscode";

/** Returns a signal that is aborted when VS Code cancels the token, or already if it has. */
export function abortSignal(token: CancellationToken): AbortSignal {
  const abort = new AbortController();
  if (token.isCancellationRequested) abort.abort();
  else token.onCancellationRequested(() => abort.abort());
  return abort.signal;
}
