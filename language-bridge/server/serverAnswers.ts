/** Requests whose refusal VS Code shows to the user, with the server's reason. */
const answered: ReadonlySet<string> = new Set([
  "textDocument/rename",
  "textDocument/prepareRename",
  "workspace/executeCommand",
]);

/** Error codes that are not refusals: the request was cancelled, is outdated, or the connection was closed. */
const notRefusals: ReadonlySet<number> = new Set([-32_800, -32_801, -32_802, -32_096, -32_097]);

/**
 * Whether an error of a server means that it has no result, such as no definition for a name that it does not know.
 * `code` is that of its response (JSON-RPC and LSP, "ErrorCodes"); undefined for errors that are not responses.
 */
export function isRefusal(method: string, code: number | undefined): boolean {
  return code !== undefined && !answered.has(method) && !notRefusals.has(code);
}

/**
 * Whether a code action may answer a request for one kind of actions, such as `quickfix`: VS Code drops all
 * others with a warning about the provider. ocamllsp also returns those that were not requested.
 */
export function isRequestedKind(requested: string | undefined, kind: string | undefined): boolean {
  if (requested === undefined || requested === "") return true;
  return kind === requested || kind?.startsWith(`${requested}.`) === true;
}

/**
 * Whether a message that a server wants to show is worth a notification. `type` is its MessageType (LSP,
 * "window/showMessage"). ocamllsp informs about a missing `ocamlformat-rpc` each time it starts; Check Setup reports missing
 * tools.
 */
export function isMessageShown(type: number): boolean {
  const warning = 2;
  return type <= warning;
}
