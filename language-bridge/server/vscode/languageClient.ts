import { PassThrough, type Writable } from "node:stream";
import * as vscode from "vscode";
import { showErrorMessage, showWarningMessage } from "../../../extension/platform/vscode/messages.ts";
import {
  CloseAction,
  ErrorAction,
  LanguageClient,
  LSPErrorCodes,
  MessageType,
  ResponseError,
  RevealOutputChannelOn,
  ShowMessageNotification,
  type DocumentFilter,
  type Middleware,
} from "vscode-languageclient/node";
import type { ProcessResult, ProcessSpec, Run } from "../../../extension/platform/process.ts";
import { shellCommand } from "../../../extension/platform/shellQuote.ts";
import { createCrashCount } from "../crashCount.ts";
import { messageDocument } from "../messageDocument.ts";
import { createFrameFilter } from "../lspFrames.ts";
import type { ClientState } from "../chooseServer.ts";
import { t } from "../../../extension/protocol/l10n.ts";
import { isRefusal, isMessageShown } from "../serverAnswers.ts";
import { shareCommands } from "./serverCommands.ts";

/** How long a process may take to exit after it refused to start, in milliseconds. */
const exitMs = 500;

export interface ClientInput {
  readonly run: Run;
  readonly spec: () => Promise<ProcessSpec>;
  /** The workspace folder of the files that the server handles. */
  readonly workspaceFolder: vscode.WorkspaceFolder | undefined;
  readonly selector: readonly DocumentFilter[];
  /** Whether this server handles a file. */
  readonly serves: (uri: vscode.Uri) => boolean;
  readonly uriOf: (text: string) => vscode.Uri;
  readonly output: vscode.LogOutputChannel;
  /** The settings for `workspace/didChangeConfiguration`. */
  readonly settings: () => object;
  readonly middleware: Middleware;
  /** How long the server may take to start, in milliseconds. */
  readonly initializeMs: number;
  readonly onChange: () => void;
}

/** A language server that is restarted when it crashes, until it crashes too often. */
export interface ManagedClient {
  readonly state: () => ClientState;
  readonly restart: () => Promise<void>;
  readonly stop: () => Promise<void>;
  /** Sends the settings again. */
  readonly configure: () => void;
  /** Makes the server check an open file again. */
  readonly recheck: (uri: vscode.Uri) => void;
}

/** Failures are shown in the status item; the client's own notifications, which are stack traces, are suppressed. */
class QuietClient extends LanguageClient {
  override error(message: string, data?: unknown): void {
    super.error(message, data, false);
  }

  /** A refused request has no result. An exception would be reported as one of this extension. */
  override handleFailedRequest<T>(
    ...[type, token, error, defaultValue, ...others]: Parameters<
      typeof LanguageClient.prototype.handleFailedRequest<T>
    >
  ): T {
    const code = error instanceof ResponseError ? error.code : undefined;
    if (!isRefusal(type.method, code))
      return super.handleFailedRequest(type, token, error, defaultValue, ...others);
    this.debug(type.method, error, false);
    return defaultValue;
  }
}

interface Attempt {
  readonly client: LanguageClient;
  readonly end: () => Promise<void>;
}

/**
 * Drops messages about files that another server handles. The folder of a unikernel with its own switch
 * may be inside the folder of another unikernel, and document selectors match by folder only.
 */
function dropForeign({ serves, uriOf }: ClientInput): Middleware {
  const isForeign = (params: unknown): boolean => {
    const document = messageDocument(params);
    return document !== undefined && !serves(uriOf(document));
  };
  // The client treats this as an outdated response and shows nothing.
  const foreignError = () => new ResponseError(LSPErrorCodes.ContentModified, "foreign");
  return {
    sendRequest: (type, params, token, next) =>
      isForeign(params) ? Promise.reject(foreignError()) : next(type, params, token),
    sendNotification: (type, next, params) => (isForeign(params) ? Promise.resolve() : next(type, params)),
  };
}

/** Starts a server. A failed start becomes a state, not an error. */
export function startClient(input: ClientInput): ManagedClient {
  const crashes = createCrashCount();
  let state: ClientState = { kind: "starting" };
  let attempt: Attempt | undefined;
  let timer: NodeJS.Timeout | undefined;
  /** Incremented by each start and stop, so that events of an older attempt are ignored. */
  let generation = 0;

  const setState = (next: ClientState): void => {
    state = next;
    input.onChange();
  };

  const start = async (): Promise<void> => {
    const current = ++generation;
    setState({ kind: "starting" });
    try {
      const next = await launch(input, (how) => {
        if (current === generation) onExit(how);
      });
      if (current !== generation) return await next.end();
      attempt = next;
      const outcome = await next.started;
      if (current !== generation) return;
      if (outcome === "ready") {
        next.client
          .sendNotification("workspace/didChangeConfiguration", { settings: input.settings() })
          .catch(() => undefined);
        setState({ kind: "running" });
      } else if (outcome === "late") {
        generation++;
        setState({ kind: "hangs", seconds: Math.round(input.initializeMs / 1000) });
        await next.end();
      } else {
        onExit(outcome.refused);
      }
    } catch (error) {
      if (current === generation) onExit(error instanceof Error ? error.message : String(error));
    }
  };

  const onExit = (how: string): void => {
    const current = ++generation;
    void attempt?.end();
    attempt = undefined;
    input.output.error(`The language server exited: ${how}`);
    const action = crashes.crashed(Date.now());
    if (action.kind === "giveUp") return setState({ kind: "gaveUp", crashes: action.crashes, last: how });
    setState({ kind: "waiting", crashes: action.crashes, seconds: action.seconds });
    timer = setTimeout(() => {
      if (current === generation) void start();
    }, action.seconds * 1000);
  };

  const stop = async (): Promise<void> => {
    generation++;
    clearTimeout(timer);
    const last = attempt;
    attempt = undefined;
    await last?.end();
  };

  void start();
  return {
    state: () => state,
    stop,
    restart: async () => {
      await stop();
      crashes.reset();
      await start();
    },
    configure: () => {
      void attempt?.client
        .sendNotification("workspace/didChangeConfiguration", { settings: input.settings() })
        .catch(() => undefined);
    },
    recheck: (uri) => {
      if (state.kind !== "running") return;
      const textDocument = { uri: uri.toString() };
      void attempt?.client.sendNotification("textDocument/didSave", { textDocument }).catch(() => undefined);
    },
  };
}

async function launch(
  input: ClientInput,
  onExit: (how: string) => void,
): Promise<Attempt & { readonly started: Promise<"ready" | "late" | { readonly refused: string }> }> {
  const spec = await input.spec();
  input.output.info(`Starting ${shellCommand([spec.file, ...spec.args])} in ${spec.cwd}`);
  const abort = new AbortController();
  const stdout = new PassThrough();
  const frames = createFrameFilter();
  let stopping = false;
  const stdin = Promise.withResolvers<Writable>();
  const ended = input.run(spec, {
    signal: abort.signal,
    graceMs: 1000,
    onStdin: stdin.resolve,
    onStdout: (bytes) => {
      const { messages, stray } = frames.push(bytes);
      if (stray.trim() !== "") input.output.warn(`Unexpected output of the server: ${stray.trim()}`);
      stdout.write(messages);
    },
    onStderr: (bytes) => input.output.info(Buffer.from(bytes).toString("utf8").trimEnd()),
  });
  void ended.then((result) => {
    stdout.end();
    stdin.reject(new Error(describeExit(result)));
    if (!stopping) onExit(describeExit(result));
  });
  const client = new QuietClient(
    "mirageos.ocamllsp",
    "MirageOS Language Server",
    async () => ({ reader: stdout, writer: await stdin.promise, detached: false }),
    {
      documentSelector: [...input.selector],
      ...(input.workspaceFolder && { workspaceFolder: input.workspaceFolder }),
      outputChannel: input.output,
      revealOutputChannelOn: RevealOutputChannelOn.Never,
      middleware: { ...input.middleware, ...dropForeign(input) },
      initializationFailedHandler: () => false,
      errorHandler: {
        error: () => ({ action: ErrorAction.Continue, handled: true }),
        // `onExit` decides whether to restart it; it knows how the process exited.
        closed: () => ({ action: CloseAction.DoNotRestart, handled: true }),
      },
    },
  );
  shareCommands(client, input.serves);
  // Replaces the client's own handler, which shows all messages.
  client.onNotification(ShowMessageNotification.type, ({ type, message }) => {
    if (!isMessageShown(type)) input.output.info(message);
    else if (type === MessageType.Error) void showErrorMessage(message);
    else void showWarningMessage(message);
  });
  let late: NodeJS.Timeout | undefined;
  const started = Promise.race([
    client.start().then(
      () => "ready" as const,
      async (error: unknown) => {
        // If the process exited, that is the cause and is reported as such.
        await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, exitMs))]);
        return { refused: error instanceof Error ? error.message : String(error) };
      },
    ),
    new Promise<"late">((resolve) => {
      late = setTimeout(() => resolve("late"), input.initializeMs);
    }),
  ]).finally(() => clearTimeout(late));
  const end = async (): Promise<void> => {
    if (stopping) return;
    stopping = true;
    const outcome = await Promise.race([started, Promise.resolve("starting" as const)]);
    // A server that has not started can't handle a shutdown request.
    if (outcome === "ready") await client.stop(2000).catch(() => undefined);
    abort.abort();
    await ended;
    await client.dispose().catch(() => undefined);
  };
  return { client, end, started };
}

function describeExit(result: ProcessResult): string {
  switch (result.kind) {
    case "exited":
      return t("exit code {0}", result.code);
    case "signalled":
      return t("signal {0}", result.signal);
    case "notFound":
      return result.reason;
    case "cancelled":
      return t("it was stopped");
  }
}
