import * as vscode from "vscode";
import { readyLimitMs } from "../shellReady.ts";

/**
 * Opens a terminal and types a command line there without sending it. Each command line gets a
 * terminal of its own: in an older one something may be running, or half typed.
 */
export async function typeIntoTerminal(title: string, commandLine: string, cwd: string): Promise<void> {
  const terminal = await openTerminal(title, cwd);
  terminal.sendText(commandLine, false);
}

/**
 * Opens a terminal of its own and runs a command line there that the user has agreed to. Gives its exit code;
 * undefined where the shell does not tell, or the terminal was closed.
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
  const listening: vscode.Disposable[] = [];
  const code = await new Promise<number | undefined>((resolve) => {
    listening.push(
      vscode.window.onDidEndTerminalShellExecution((event) => {
        if (event.execution === execution) resolve(event.exitCode);
      }),
      vscode.window.onDidCloseTerminal((closed) => {
        if (closed === terminal) resolve(undefined);
      }),
    );
  });
  vscode.Disposable.from(...listening).dispose();
  return code;
}

async function openTerminal(title: string, cwd: string): Promise<vscode.Terminal> {
  const terminal = vscode.window.createTerminal({ name: title, cwd });
  terminal.show();
  await untilReady(terminal);
  return terminal;
}

/** What is typed before the prompt is there would be seen twice. */
async function untilReady(terminal: vscode.Terminal): Promise<void> {
  let listening: vscode.Disposable | undefined;
  let timer: NodeJS.Timeout | undefined;
  const integration = vscode.workspace
    .getConfiguration("terminal.integrated.shellIntegration")
    .get("enabled", true);
  const limitMs = readyLimitMs(vscode.env.shell, integration);
  await new Promise<void>((resolve) => {
    timer = setTimeout(resolve, limitMs);
    listening = vscode.Disposable.from(
      vscode.window.onDidChangeTerminalShellIntegration((event) => {
        if (event.terminal === terminal) resolve();
      }),
      vscode.window.onDidCloseTerminal((closed) => {
        if (closed === terminal) resolve();
      }),
    );
  });
  clearTimeout(timer);
  listening?.dispose();
}
