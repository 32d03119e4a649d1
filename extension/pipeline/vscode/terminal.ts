import * as vscode from "vscode";
import type { Job, JobObserver } from "../model.ts";
import { taskExitCode, terminalText } from "../terminalText.ts";

const interrupt = "\u0003";

/** A terminal for one run of a task: it starts the job when it opens, and closes with the job's exit code. */
export function taskTerminal(start: (observer: JobObserver) => Job): vscode.Pseudoterminal {
  const written = new vscode.EventEmitter<string>();
  const closed = new vscode.EventEmitter<number>();
  const text = terminalText((chunk) => written.fire(chunk));
  let job: Job | undefined;
  return {
    onDidWrite: written.event,
    onDidClose: closed.event,
    open: () => {
      const observer = text.observeJob();
      job = start(observer);
      void job.result.then((result) => {
        observer.writeResult(result, job?.startedAt);
        closed.fire(taskExitCode(result));
      });
    },
    handleInput: (data) => {
      if (data === interrupt) job?.cancel();
    },
    close: () => job?.cancel(),
  };
}

/** A terminal for a task that cannot start: it shows the message and closes with exit code 1. */
export function failedTaskTerminal(message: string): vscode.Pseudoterminal {
  const written = new vscode.EventEmitter<string>();
  const closed = new vscode.EventEmitter<number>();
  return {
    onDidWrite: written.event,
    onDidClose: closed.event,
    open: () => {
      written.fire(`${message}\r\n`);
      closed.fire(1);
    },
    close: () => {},
  };
}

/** The terminal of one unikernel, which shows its jobs one after another. */
export interface JobTerminal {
  /** Starts a job, and shows its output and result. */
  readonly startJob: (start: (observer: JobObserver) => Job) => Job;
  readonly show: () => void;
}

/** Creates a terminal, which stays hidden until `show`. `onClose` is called when the user closes it. */
export function openJobTerminal(name: string, onClose: () => void): JobTerminal & vscode.Disposable {
  const written = new vscode.EventEmitter<string>();
  const jobs = new Set<Job>();
  // VS Code drops text that is written before the terminal has opened.
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
    startJob: (start) => {
      const observer = text.observeJob();
      const job = start(observer);
      jobs.add(job);
      void job.result.then((result) => {
        jobs.delete(job);
        observer.writeResult(result, job.startedAt);
      });
      return job;
    },
    show: () => terminal.show(true),
    dispose: () => terminal.dispose(),
  };
}
