import type { OutputCategory } from "./dap.ts";
import { t } from "../platform/l10n.ts";

/** The debug console gets output in batches: one message each, not one per chunk. */
const batchMs = 30;
/** It keeps some thousand lines; what a flood brings beyond this per batch would never be seen there. */
const batchLimit = 8 * 1024;

/** Turns the bytes of two streams into batches of text, in the order in which they came. */
export interface ConsoleOutput {
  readonly stdout: (bytes: Uint8Array) => void;
  readonly stderr: (bytes: Uint8Array) => void;
  readonly say: (category: OutputCategory, text: string) => void;
  /** Sends what waits. */
  readonly flush: () => void;
}

/**
 * `send` gets whole characters, at most once a batch and stream; of a flood the head of each batch
 * and how much is missing, so that a unikernel is never slowed down by the console.
 */
export function consoleOutput(send: (category: OutputCategory, text: string) => void): ConsoleOutput {
  const decoders = { stdout: new TextDecoder(), stderr: new TextDecoder() };
  let pending: { category: "stdout" | "stderr"; chunks: Uint8Array[] }[] = [];
  let size = 0;
  let dropped = 0;
  let timer: NodeJS.Timeout | undefined;

  const flush = () => {
    clearTimeout(timer);
    timer = undefined;
    const batches = pending;
    const missing = dropped;
    pending = [];
    size = dropped = 0;
    for (const { category, chunks } of batches) {
      const text = decoders[category].decode(Buffer.concat(chunks), { stream: true });
      if (text !== "") send(category, text);
    }
    if (missing > 0) send("console", `\n… ${t("{0} bytes not shown here", missing)} …\n`);
  };

  const push = (category: "stdout" | "stderr") => (bytes: Uint8Array) => {
    timer ??= setTimeout(flush, batchMs);
    const room = batchLimit - size;
    const kept = bytes.length <= room ? bytes : bytes.subarray(0, Math.max(0, room));
    dropped += bytes.length - kept.length;
    if (kept.length === 0) return;
    size += kept.length;
    const last = pending.at(-1);
    // Copied: the stream may use its buffer again.
    if (last?.category === category) last.chunks.push(kept.slice());
    else pending.push({ category, chunks: [kept.slice()] });
  };

  return {
    stdout: push("stdout"),
    stderr: push("stderr"),
    say: (category, text) => {
      flush();
      send(category, text);
    },
    flush,
  };
}
