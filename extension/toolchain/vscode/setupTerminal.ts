import * as vscode from "vscode";
import { readyLimitMs } from "../shellReady.ts";

/**
 * Opens a terminal and types a command line there without running it. Each command line gets a new
 * terminal, because an existing one may be running a program or contain half-typed input.
 */
export async function typeIntoTerminal(title: string, commandLine: string, cwd: string): Promise<void> {
  const terminal = await openTerminal(title, cwd);
  terminal.sendText(commandLine, false);
}

/**
 * Opens a terminal and runs a command line there that the user has confirmed. Returns its exit code, or
 * undefined if the terminal was closed before the shell reported one. A shell without integration never
 * reports one.
 */
export async function runInTerminal(
  title: string,
  commandLine: string,
  cwd: string,
): Promise<number | undefined> {
  const terminal = await openTerminal(title, cwd);
  let execution: vscode.TerminalShellExecution | undefined;
  // A shell that was not ready in time may start its integration after the command line was sent.
  const isOurs = (event: vscode.TerminalShellExecutionEndEvent): boolean =>
    execution === undefined
      ? event.terminal === terminal && event.execution.commandLine.value.trim() === commandLine
      : event.execution === execution;
  const listeners: vscode.Disposable[] = [];
  const ended = new Promise<number | undefined>((resolve) => {
    listeners.push(
      vscode.window.onDidEndTerminalShellExecution((event) => {
        if (isOurs(event)) resolve(event.exitCode);
      }),
      vscode.window.onDidCloseTerminal((closed) => {
        if (closed === terminal) resolve(undefined);
      }),
    );
  });
  if (terminal.shellIntegration) execution = terminal.shellIntegration.executeCommand(commandLine);
  else terminal.sendText(commandLine, true);
  const code = await ended;
  vscode.Disposable.from(...listeners).dispose();
  return code;
}

async function openTerminal(title: string, cwd: string): Promise<vscode.Terminal> {
  const terminal = vscode.window.createTerminal({ name: title, cwd });
  terminal.show();
  await untilReady(terminal);
  return terminal;
}

/**
 * Waits for the shell's prompt: input that is sent earlier is displayed twice. A shell reports its folder
 * just before each prompt; its integration is already active while its start files still run.
 */
async function untilReady(terminal: vscode.Terminal): Promise<void> {
  let listeners: vscode.Disposable | undefined;
  let timer: NodeJS.Timeout | undefined;
  const integration = vscode.workspace
    .getConfiguration("terminal.integrated.shellIntegration")
    .get("enabled", true);
  const limitMs = readyLimitMs(vscode.env.shell, integration);
  await new Promise<void>((resolve) => {
    timer = setTimeout(resolve, limitMs);
    listeners = vscode.Disposable.from(
      vscode.window.onDidChangeTerminalShellIntegration((event) => {
        if (event.terminal === terminal && event.shellIntegration.cwd !== undefined) resolve();
      }),
      vscode.window.onDidCloseTerminal((closed) => {
        if (closed === terminal) resolve();
      }),
    );
  });
  clearTimeout(timer);
  listeners?.dispose();
}
