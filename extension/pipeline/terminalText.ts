import { t } from "../protocol/l10n.ts";
import { spanText } from "../protocol/spanText.ts";
import { stepTitles } from "./goals.ts";
import type { JobObserver, JobResult } from "./model.ts";

/** Output is written to the terminal in batches: one message per frame, not one per chunk. */
const batchMs = 16;
/** Characters per batch. Terminals store about a thousand lines, so more would scroll away unseen. */
const batchLimit = 256 * 1024;

const dim = (text: string) => `\u001b[2m${text}\u001b[22m`;
const red = (text: string) => `\u001b[31m${text}\u001b[39m`;

/** The observer of one job, which writes its text. */
export interface JobText extends JobObserver {
  /**
   * Writes how the job ended, and after how long: a unikernel since its start, other jobs since `jobStartedAt`, like the
   * message in the status bar.
   */
  readonly writeResult: (result: JobResult, jobStartedAt: number | undefined) => void;
}

/** Converts the output of jobs to text for a pseudoterminal. */
export interface TerminalText {
  /** Returns the observer of one more job. Each job decodes its own streams. */
  readonly observeJob: () => JobText;
  readonly flush: () => void;
}

/**
 * `write` receives text with CR LF line ends, at most once per batch. `now` returns the time in milliseconds.
 */
export function terminalText(write: (text: string) => void, now: () => number = Date.now): TerminalText {
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

  const observeJob = (): JobText => {
    let startedAt: number | undefined;
    let hasRun = false;
    // A chunk may end inside a character, which continues in the next chunk of the same stream.
    let decoders = { stdout: new TextDecoder(), stderr: new TextDecoder() };
    return {
      onStep: (step, commandLine) => {
        // The time of a run is that of the unikernel, as in the log panel.
        if (step === "run") {
          hasRun = true;
          startedAt = now();
        }
        startedAt ??= now();
        decoders = { stdout: new TextDecoder(), stderr: new TextDecoder() };
        append(`${dim(`▶ ${stepTitles[step]}: ${commandLine}`)}\n`);
      },
      onOutput: (bytes, stream) => append(decoders[stream].decode(bytes, { stream: true })),
      writeResult: (result, jobStartedAt) => {
        flush();
        const since = startedAt === undefined || hasRun ? startedAt : (jobStartedAt ?? startedAt);
        append(`${resultLine(result, since === undefined ? undefined : now() - since)}\n`);
        flush();
      },
    };
  };

  return {
    observeJob,
    flush,
  };
}

/** `took` is in milliseconds; undefined if no program was started. */
function resultLine(result: JobResult, took: number | undefined): string {
  const span = took === undefined ? "" : ` ${t("after {0}", spanText(took))}`;
  switch (result.kind) {
    case "done":
      return dim(`✓ ${took === undefined ? t("done") : t("done in {0}", spanText(took))}`);
    case "ran":
      return dim(`■ ${result.ending.text}${span}`);
    case "failed":
      return `${red(`✗ ${(result.hint ?? result.problem).message}`)}${span && dim(span)}`;
    case "cancelled":
      return dim(`■ ${t("stopped")}${span}`);
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
