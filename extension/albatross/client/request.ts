import { once } from "node:events";
import type { Duplex } from "node:stream";
import { t } from "../../protocol/l10n.ts";
import type { Command } from "../wire/commands.ts";
import { createFrameReader, encodeFrame, FrameTooLongError } from "../wire/frames.ts";
import { decodeReply, type Reply } from "../wire/message.ts";
import type { Data, Success } from "../wire/replies.ts";
import { HostError, type HostProblem } from "./hostError.ts";
import type { CommandSubject, Transport } from "./transport.ts";

export interface RequestOptions {
  readonly signal: AbortSignal;
  /** Seconds without a byte in either direction after which the request fails. Default: 15. */
  readonly idleSeconds?: number;
  /** The same before the first byte of an answer. A stream without `idleSeconds` needs it. Default: `idleSeconds`, or 15. */
  readonly answerSeconds?: number;
  /** Seconds after which the request fails in any case: a byte now and then would keep it for ever. Default: no limit. */
  readonly maxSeconds?: number;
  /** The length of the longest message that is accepted, in bytes. Default: 64 MB. */
  readonly maxBytes?: number;
  /** Sent in frames after the command, with an empty frame at the end. */
  readonly body?: Uint8Array | undefined;
  /** Called with the number of bytes of the body that are sent. */
  readonly onSent?: (bytes: number) => void;
}

const defaults = { idleSeconds: 15, maxBytes: 64_000_000 };
/** Large frames cost less; a daemon stores each frame before it uses it. */
const bodyFrameBytes = 65_536;

/** Sends a command and returns the reply. Rejects with a HostError, or with the reason of the signal. */
export async function sendCommand(
  transport: Transport,
  target: CommandSubject,
  command: Command,
  options: RequestOptions,
): Promise<Success> {
  for await (const replies of converse(transport, target, command, options)) {
    const [reply] = replies;
    if (reply) return successOf(reply);
  }
  throw new HostError({ kind: "closed" });
}

/**
 * Sends a command that streams, and yields its data as it arrives. The first value is empty: it says that the daemon has
 * accepted the command. Ends when the daemon closes the connection. Rejects like `request`.
 */
export async function* stream(
  transport: Transport,
  target: CommandSubject,
  command: Command,
  options: RequestOptions,
): AsyncGenerator<readonly Data[]> {
  let accepted = false;
  for await (const replies of converse(transport, target, command, options)) {
    const values: Data[] = [];
    for (const reply of replies)
      if (reply.kind === "data" && accepted) values.push(reply.value);
      else {
        successOf(reply);
        accepted = true;
        yield [];
      }
    if (values.length > 0) yield values;
  }
  if (!accepted) throw new HostError({ kind: "closed" });
}

function successOf(reply: Reply): Success {
  if (reply.kind === "success") return reply.value;
  throw new HostError(problemOfReply(reply));
}

function problemOfReply(reply: Exclude<Reply, { kind: "success" }>): HostProblem {
  switch (reply.kind) {
    case "failure":
      return { kind: "refused", text: reply.value };
    case "otherVersion":
      return reply;
    case "unknown":
      return { kind: "newer", reason: reply.reason };
    case "malformed":
      return reply;
    case "data":
      return { kind: "malformed", reason: t("data before a reply") };
  }
}

async function* converse(
  transport: Transport,
  target: CommandSubject,
  command: Command,
  options: RequestOptions,
): AsyncGenerator<readonly Reply[]> {
  const { signal, idleSeconds = defaults.idleSeconds, maxBytes = defaults.maxBytes } = options;
  const { answerSeconds = idleSeconds === Infinity ? defaults.idleSeconds : idleSeconds } = options;
  signal.throwIfAborted();
  const idle = new AbortController();
  const ending = AbortSignal.any([signal, idle.signal]);
  let timer: NodeJS.Timeout | undefined;
  let isUnanswered = true;
  const active = () => {
    clearTimeout(timer);
    const seconds = isUnanswered ? answerSeconds : idleSeconds;
    // A stream is quiet for as long as the unikernel is.
    if (seconds === Infinity) return;
    timer = setTimeout(() => idle.abort(new HostError({ kind: "timeout", seconds })), 1000 * seconds);
  };
  active();
  const { maxSeconds } = options;
  const limit =
    maxSeconds === undefined
      ? undefined
      : setTimeout(
          () => idle.abort(new HostError({ kind: "timeout", seconds: maxSeconds })),
          1000 * maxSeconds,
        );
  let socket: Duplex | undefined;
  const reader = createFrameReader(maxBytes);
  try {
    socket = await transport.open(target, command, ending);
    const opened = socket;
    // The daemon may refuse before all is sent, so the body is sent while the reply is read.
    const sending = options.body && sendBody(opened, options.body, active, options.onSent);
    sending?.catch(() => undefined);
    for await (const chunk of opened) {
      isUnanswered = false;
      active();
      const replies = reader.push(chunk as Uint8Array).map(decodeReply);
      if (replies.length > 0) yield replies;
      if (reader.isEnded()) break;
    }
    ending.throwIfAborted();
    if (reader.isPartial()) throw new HostError({ kind: "truncated" });
  } catch (error) {
    if (error instanceof HostError) throw error;
    ending.throwIfAborted();
    if (error instanceof FrameTooLongError) throw new HostError({ kind: "malformed", reason: error.message });
    throw new HostError(transport.problemOf(error as NodeJS.ErrnoException, isUnanswered));
  } finally {
    clearTimeout(timer);
    clearTimeout(limit);
    socket?.destroy();
  }
}

async function sendBody(
  socket: Duplex,
  body: Uint8Array,
  active: () => void,
  onSent: RequestOptions["onSent"],
): Promise<void> {
  for (let at = 0; at < body.length; at += bodyFrameBytes) {
    if (!socket.write(encodeFrame(body.subarray(at, at + bodyFrameBytes)))) await once(socket, "drain");
    active();
    onSent?.(Math.min(at + bodyFrameBytes, body.length));
  }
  socket.write(encodeFrame(new Uint8Array()));
}
