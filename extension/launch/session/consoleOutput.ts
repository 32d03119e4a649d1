import type { OutputCategory } from "./dap.ts";
import { t } from "../../protocol/l10n.ts";

/** Output is sent to the debug console in batches, one message each, instead of one message per chunk. */
const batchMs = 30;
/** Bytes per batch. The debug console holds some thousand lines, so more would be gone at once. */
const batchLimit = 8 * 1024;

/** Turns the bytes of two streams into batches of text, in the order in which they arrive. */
export interface ConsoleOutput {
  readonly stdout: (bytes: Uint8Array) => void;
  readonly stderr: (bytes: Uint8Array) => void;
  /** Sends a text of the debugger's own, after the output that arrived before it. */
  readonly print: (category: OutputCategory, text: string) => void;
  /** Sends the pending output. */
  readonly flush: () => void;
  /** Keeps all output until it is released or discarded. */
  readonly hold: () => void;
  readonly release: () => void;
  readonly discard: () => void;
}

/**
 * Calls `sendNow` with whole characters, at most once per batch and stream. Of a flood it sends the start of
 * each batch and the number of omitted bytes, so that the debug console never slows a unikernel down.
 */
export function consoleOutput(sendNow: (category: OutputCategory, text: string) => void): ConsoleOutput {
  let held: (readonly [OutputCategory, string])[] | undefined;
  const send = (category: OutputCategory, text: string) => {
    if (held) held.push([category, text]);
    else sendNow(category, text);
  };
  const decoders = { stdout: new TextDecoder(), stderr: new TextDecoder() };
  let pending: { category: "stdout" | "stderr"; chunks: Uint8Array[] }[] = [];
  let size = 0;
  let omitted = 0;
  let timer: NodeJS.Timeout | undefined;

  const flush = () => {
    clearTimeout(timer);
    timer = undefined;
    const batches = pending;
    const missing = omitted;
    pending = [];
    size = omitted = 0;
    for (const { category, chunks } of batches) {
      const text = decoders[category].decode(Buffer.concat(chunks), { stream: true });
      if (text !== "") send(category, text);
    }
    if (missing > 0) send("console", `\n… ${t("{0} bytes omitted", missing)} …\n`);
  };

  const push = (category: "stdout" | "stderr") => (bytes: Uint8Array) => {
    timer ??= setTimeout(flush, batchMs);
    const room = batchLimit - size;
    const shown = bytes.length <= room ? bytes : bytes.subarray(0, Math.max(0, room));
    omitted += bytes.length - shown.length;
    if (shown.length === 0) return;
    size += shown.length;
    const last = pending.at(-1);
    // Copied because the stream may reuse its buffer.
    if (last?.category === category) last.chunks.push(shown.slice());
    else pending.push({ category, chunks: [shown.slice()] });
  };

  return {
    stdout: push("stdout"),
    stderr: push("stderr"),
    print: (category, text) => {
      flush();
      send(category, text);
    },
    flush,
    hold: () => {
      held = [];
    },
    release: () => {
      const released = held ?? [];
      held = undefined;
      for (const [category, text] of released) sendNow(category, text);
    },
    discard: () => {
      flush();
      held = undefined;
    },
  };
}
