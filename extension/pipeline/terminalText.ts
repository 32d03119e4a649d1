import { t } from "../protocol/l10n.ts";
import { stepTitles } from "./goals.ts";
import type { JobObserver, JobResult } from "./model.ts";

/** Output is written to the terminal in batches: one message per frame, not one per chunk. */
const batchMs = 16;
/** Characters per batch. Terminals store about a thousand lines, so more would scroll away unseen. */
const batchLimit = 256 * 1024;

const dim = (text: string) => `\u001b[2m${text}\u001b[22m`;
const red = (text: string) => `\u001b[31m${text}\u001b[39m`;

/** Converts the output of jobs to text for a pseudoterminal. */
export interface TerminalText {
  /** Returns the observer of one more job. Each job decodes its own streams. */
  readonly observeJob: () => JobObserver;
  /** Writes how a job ended. */
  readonly writeResult: (result: JobResult) => void;
  readonly flush: () => void;
}

/** `write` receives text with CR LF line ends, at most once per batch. */
export function terminalText(write: (text: string) => void): TerminalText {
  let pending: string[] = [];
  let size = 0;
  let dropped = 0;
  let timer: NodeJS.Timeout | undefined;

  const flush = () => {
    clearTimeout(timer);
    timer = undefined;
    if (pending.length === 0) return;
    const note = dropped > 0 ? `\r\n${dim(t("… {0} characters not shown …", dropped))}\r\n` : "";
    const text = pending.join("").replace(/\r?\n/g, "\r\n");
    pending = [];
    size = dropped = 0;
    write(text + note);
  };
  const append = (text: string) => {
    if (size > batchLimit) dropped += text.length;
    else pending.push(text);
    size += text.length;
    timer ??= setTimeout(flush, batchMs);
  };

  const observeJob = (): JobObserver => {
    // A chunk may end inside a character, which continues in the next chunk of the same stream.
    let decoders = { stdout: new TextDecoder(), stderr: new TextDecoder() };
    return {
      onStep: (step, commandLine) => {
        decoders = { stdout: new TextDecoder(), stderr: new TextDecoder() };
        append(`${dim(`▶ ${stepTitles[step]}: ${commandLine}`)}\n`);
      },
      onOutput: (bytes, stream) => append(decoders[stream].decode(bytes, { stream: true })),
    };
  };

  return {
    observeJob,
    flush,
    writeResult: (result) => {
      flush();
      append(`${resultLine(result)}\n`);
      flush();
    },
  };
}

function resultLine(result: JobResult): string {
  switch (result.kind) {
    case "done":
      return dim(`✓ ${t("done")}`);
    case "ran":
      return dim(`■ ${result.ending.text}`);
    case "failed":
      return red(`✗ ${(result.hint ?? result.problem).message}`);
    case "cancelled":
      return dim(`■ ${t("stopped")}`);
  }
}

/** The exit code of a task that ended with a job's result. A cancelled one has 130, as with Ctrl+C in a shell. */
export function taskExitCode(result: JobResult): number {
  switch (result.kind) {
    case "done":
      return 0;
    case "ran":
      return result.ending.code;
    case "failed":
      return 1;
    case "cancelled":
      return 130;
  }
}
