import { PassThrough, type Writable } from "node:stream";
import type * as vscode from "vscode";
import {
  CloseAction,
  ErrorAction,
  LanguageClient,
  LSPErrorCodes,
  ResponseError,
  RevealOutputChannelOn,
  type DocumentFilter,
  type Middleware,
} from "vscode-languageclient/node";
import type { ProcessResult, ProcessSpec, Run } from "../../extension/platform/process.ts";
import { createCrashCount } from "../crashes.ts";
import { documentOf } from "../documentOf.ts";
import { createFrameFilter } from "../lspFrames.ts";
import type { ClientState } from "../select.ts";
import { t } from "../../extension/platform/l10n.ts";
import { shareCommands } from "./serverCommands.ts";

/** How long after its last word the end of a process may come, in milliseconds. */
const endMs = 500;

export interface ClientInput {
  readonly run: Run;
  readonly spec: () => Promise<ProcessSpec>;
  /** The folder whose files are the server's concern. */
  readonly workspaceFolder: vscode.WorkspaceFolder | undefined;
  readonly selector: readonly DocumentFilter[];
  /** Whether a file is one of this server's. */
  readonly serves: (uri: vscode.Uri) => boolean;
  readonly uriOf: (text: string) => vscode.Uri;
  readonly output: vscode.LogOutputChannel;
  /** What the server is told by `workspace/didChangeConfiguration`. */
  readonly settings: () => object;
  readonly middleware: Middleware;
  /** How long the server may take to start, in milliseconds. */
  readonly initializeMs: number;
  readonly onChange: () => void;
}

/** A language server that is started again when it crashes, until it crashes too often. */
export interface OwnClient {
  readonly state: () => ClientState;
  readonly restart: () => Promise<void>;
  readonly stop: () => Promise<void>;
  /** Sends the settings again. */
  readonly configure: () => void;
  /** Lets the server look at an open file anew. */
  readonly recheck: (uri: vscode.Uri) => void;
}

/** What becomes of a server is told in the status item, once: the client's own notifications are stack traces. */
class QuietClient extends LanguageClient {
  override error(message: string, data?: unknown): void {
    super.error(message, data, false);
  }
}

interface Attempt {
  readonly client: LanguageClient;
  readonly end: () => Promise<void>;
}

/**
 * Keeps what is about another server's file away from this one: the folder of a unikernel with a switch
 * of its own may lie in that of another unikernel, whose files are told apart by their folder only.
 */
function onlyOwn({ serves, uriOf }: ClientInput): Middleware {
  const isForeign = (params: unknown): boolean => {
    const document = documentOf(params);
    return document !== undefined && !serves(uriOf(document));
  };
  // A client takes this for an answer that came too late, and shows nothing.
  const unanswered = () => new ResponseError(LSPErrorCodes.ContentModified, "foreign");
  return {
    sendRequest: (type, params, token, next) =>
      isForeign(params) ? Promise.reject(unanswered()) : next(type, params, token),
    sendNotification: (type, next, params) => (isForeign(params) ? Promise.resolve() : next(type, params)),
  };
}

/** Starts a server. Rejections of its start are states, not errors. */
export function startClient(input: ClientInput): OwnClient {
  const crashes = createCrashCount();
  let state: ClientState = { kind: "starting" };
  let attempt: Attempt | undefined;
  let timer: NodeJS.Timeout | undefined;
  /** Raised by each start and stop: what an older attempt has to tell no longer counts. */
  let turn = 0;

  const become = (next: ClientState): void => {
    state = next;
    input.onChange();
  };

  const start = async (): Promise<void> => {
    const mine = ++turn;
    become({ kind: "starting" });
    try {
      const begun = await begin(input, (how) => {
        if (mine === turn) onEnd(how);
      });
      if (mine !== turn) return await begun.end();
      attempt = begun;
      const outcome = await begun.started;
      if (mine !== turn) return;
      if (outcome === "ready") {
        begun.client
          .sendNotification("workspace/didChangeConfiguration", { settings: input.settings() })
          .catch(() => undefined);
        become({ kind: "running" });
      } else if (outcome === "late") {
        turn++;
        become({ kind: "hangs", seconds: Math.round(input.initializeMs / 1000) });
        await begun.end();
      } else {
        onEnd(outcome.refused);
      }
    } catch (error) {
      if (mine === turn) onEnd(error instanceof Error ? error.message : String(error));
    }
  };

  const onEnd = (how: string): void => {
    const mine = ++turn;
    void attempt?.end();
    attempt = undefined;
    input.output.error(`The language server ended: ${how}`);
    const next = crashes.crashed(Date.now());
    if (next.kind === "giveUp") return become({ kind: "gaveUp", crashes: next.crashes, last: how });
    become({ kind: "waiting", crashes: next.crashes, seconds: next.seconds });
    timer = setTimeout(() => {
      if (mine === turn) void start();
    }, next.seconds * 1000);
  };

  const stop = async (): Promise<void> => {
    turn++;
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
      crashes.forget();
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

async function begin(
  input: ClientInput,
  onEnd: (how: string) => void,
): Promise<Attempt & { readonly started: Promise<"ready" | "late" | { readonly refused: string }> }> {
  const spec = await input.spec();
  input.output.info(`Starting ${[spec.file, ...spec.args].join(" ")} in ${spec.cwd}`);
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
      if (stray.trim() !== "") input.output.warn(`Printed by the server, and no message: ${stray.trim()}`);
      stdout.write(messages);
    },
    onStderr: (bytes) => input.output.info(Buffer.from(bytes).toString("utf8").trimEnd()),
  });
  void ended.then((result) => {
    stdout.end();
    stdin.reject(new Error(howItEnded(result)));
    if (!stopping) onEnd(howItEnded(result));
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
      middleware: { ...input.middleware, ...onlyOwn(input) },
      initializationFailedHandler: () => false,
      errorHandler: {
        error: () => ({ action: ErrorAction.Continue, handled: true }),
        // Starting it again is decided where its end is told, with how it ended.
        closed: () => ({ action: CloseAction.DoNotRestart, handled: true }),
      },
    },
  );
  shareCommands(client, input.serves);
  let late: NodeJS.Timeout | undefined;
  const started = Promise.race([
    client.start().then(
      () => "ready" as const,
      async (error: unknown) => {
        // Where its end is the cause, that is told as such.
        await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, endMs))]);
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
    // One that has not started knows no polite request to end.
    if (outcome === "ready") await client.stop(2000).catch(() => undefined);
    abort.abort();
    await ended;
    await client.dispose().catch(() => undefined);
  };
  return { client, end, started };
}

function howItEnded(result: ProcessResult): string {
  switch (result.kind) {
    case "exited":
      return t("exit code {0}", result.code);
    case "signalled":
      return t("signal {0}", result.signal);
    case "notFound":
      return result.reason;
    case "cancelled":
      return t("it was ended");
  }
}
