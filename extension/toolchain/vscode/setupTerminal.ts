import * as vscode from "vscode";
import { readyLimitMs } from "../shellReady.ts";

/**
 * Opens a terminal and types a command line there without sending it. Each command line gets a
 * terminal of its own: in an older one something may be running, or half typed.
 */
export async function typeIntoTerminal(title: string, commandLine: string, cwd: string): Promise<void> {
  const terminal = vscode.window.createTerminal({ name: title, cwd });
  terminal.show();
  await untilReady(terminal);
  terminal.sendText(commandLine, false);
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
