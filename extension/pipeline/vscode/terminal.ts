import * as vscode from "vscode";
import type { Job, JobObserver, JobResult } from "../model.ts";
import { stepTitles } from "../goals.ts";
import { t } from "../../platform/l10n.ts";

/** Output is handed to the terminal in batches: one message per frame, not one per chunk. */
const batchMs = 16;
/** Terminals keep about a thousand lines; what a flood brings beyond this per batch would never be seen. */
const batchLimit = 256 * 1024;

const dim = (text: string) => `\u001b[2m${text}\u001b[22m`;
const red = (text: string) => `\u001b[31m${text}\u001b[39m`;

/** Turns the output of jobs into text for a pseudoterminal. */
export interface TerminalText {
  readonly observer: JobObserver;
  readonly write: (text: string) => void;
  /** Writes how a job ended. */
  readonly writeResult: (result: JobResult) => void;
  readonly flush: () => void;
}

/** `fire` gets text with CR LF line ends, at most once per batch. */
export function terminalText(fire: (text: string) => void): TerminalText {
  const decoder = new TextDecoder();
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
    fire(text + note);
  };
  const write = (text: string) => {
    if (size > batchLimit) dropped += text.length;
    else pending.push(text);
    size += text.length;
    timer ??= setTimeout(flush, batchMs);
  };

  return {
    write,
    flush,
    observer: {
      onStep: (step, commandLine) => write(`${dim(`▶ ${stepTitles[step]}: ${commandLine}`)}\n`),
      onOutput: (bytes) => write(decoder.decode(bytes, { stream: true })),
    },
    writeResult: (result) => {
      flush();
      write(`${resultLine(result)}\n`);
      flush();
    },
  };
}

function resultLine(result: JobResult): string {
  switch (result.kind) {
    case "done":
      return dim("✓ done");
    case "ran":
      return dim(`■ ${result.ending.text}`);
    case "failed":
      return red(`✗ ${(result.hint ?? result.problem).message}`);
    case "cancelled":
      return dim("■ stopped");
  }
}

/** The exit code that a task shows for a job's result. */
export function exitCode(result: JobResult): number {
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

const interrupt = "\u0003";

/** A terminal for one run of a task: it starts the job when opened and closes with its exit code. */
export function taskTerminal(start: (observer: JobObserver) => Job): vscode.Pseudoterminal {
  const written = new vscode.EventEmitter<string>();
  const closed = new vscode.EventEmitter<number>();
  const text = terminalText((chunk) => written.fire(chunk));
  let job: Job | undefined;
  return {
    onDidWrite: written.event,
    onDidClose: closed.event,
    open: () => {
      job = start(text.observer);
      void job.result.then((result) => {
        text.writeResult(result);
        closed.fire(exitCode(result));
      });
    },
    handleInput: (data) => {
      if (data === interrupt) job?.cancel();
    },
    close: () => job?.cancel(),
  };
}

/** One terminal that shows the jobs of one unikernel, one after another. */
export interface Console {
  readonly follow: (start: (observer: JobObserver) => Job) => Job;
  readonly show: () => void;
}

/** Opens a terminal; it stays hidden until shown. `onClose` is called when the user closes it. */
export function openConsole(name: string, onClose: () => void): Console & vscode.Disposable {
  const written = new vscode.EventEmitter<string>();
  const jobs = new Set<Job>();
  // What comes before the terminal is ready would be lost.
  let early: string[] | undefined = [];
  const text = terminalText((chunk) => (early ? void early.push(chunk) : written.fire(chunk)));
  const cancelAll = () => {
    for (const job of jobs) job.cancel();
  };
  const terminal = vscode.window.createTerminal({
    name,
    iconPath: new vscode.ThemeIcon("package"),
    isTransient: true,
    pty: {
      onDidWrite: written.event,
      open: () => {
        const chunks = early ?? [];
        early = undefined;
        for (const chunk of chunks) written.fire(chunk);
      },
      handleInput: (data: string) => {
        if (data === interrupt) cancelAll();
      },
      close: () => {
        cancelAll();
        onClose();
      },
    },
  });
  return {
    follow: (start) => {
      const job = start(text.observer);
      jobs.add(job);
      void job.result.then((result) => {
        jobs.delete(job);
        text.writeResult(result);
      });
      return job;
    },
    show: () => terminal.show(true),
    dispose: () => terminal.dispose(),
  };
}
