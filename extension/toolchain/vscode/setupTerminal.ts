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
 * undefined if the shell does not report it or the terminal was closed.
 */
export async function runInTerminal(
  title: string,
  commandLine: string,
  cwd: string,
): Promise<number | undefined> {
  const terminal = await openTerminal(title, cwd);
  const { shellIntegration } = terminal;
  if (!shellIntegration) {
    terminal.sendText(commandLine, true);
    return undefined;
  }
  const execution = shellIntegration.executeCommand(commandLine);
  const listeners: vscode.Disposable[] = [];
  const code = await new Promise<number | undefined>((resolve) => {
    listeners.push(
      vscode.window.onDidEndTerminalShellExecution((event) => {
        if (event.execution === execution) resolve(event.exitCode);
      }),
      vscode.window.onDidCloseTerminal((closed) => {
        if (closed === terminal) resolve(undefined);
      }),
    );
  });
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
