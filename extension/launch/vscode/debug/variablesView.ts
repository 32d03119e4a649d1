import * as vscode from "vscode";
import type { DapMessage } from "../../session/dap.ts";

let isOpened = false;

/**
 * Sends the messages of an adapter in their order, and opens the view Run and Debug before the first stop at a
 * breakpoint in a window. VS Code opens it too, but only after it has selected the frame, and a view Variables that is
 * created after that leaves the values of the first stop collapsed. Before the first stop of a session at an exception or
 * in a core file, for which VS Code does not open the view, it is opened in each session.
 */
export function openingVariables(send: (message: DapMessage) => void): (message: DapMessage) => void {
  let waiting: DapMessage[] | undefined;
  let hasStopped = false;
  return (message) => {
    if (waiting) waiting.push(message);
    else if (hasStopped || !opensView(message) || (isOpened && !isException(message))) send(message);
    else {
      isOpened = hasStopped = true;
      waiting = [message];
      void openVariables().finally(() => {
        const messages = waiting ?? [];
        waiting = undefined;
        for (const each of messages) send(each);
      });
    }
  };
}

const stopReason = (message: DapMessage): string | undefined =>
  message.type === "event" && message.event === "stopped"
    ? (message.body as { readonly reason?: string }).reason
    : undefined;
const isException = (message: DapMessage): boolean => stopReason(message) === "exception";

/** Whether the view is opened because of a message. */
const opensView = (message: DapMessage): boolean =>
  (stopReason(message) === "breakpoint" || isException(message)) &&
  vscode.workspace.getConfiguration("debug").get("openDebug") === "openOnDebugBreak";

async function openVariables(): Promise<void> {
  try {
    // `workbench.debug.variablesView.focus` does not wait until the view exists.
    await vscode.commands.executeCommand("workbench.view.debug");
  } catch {
    // Another version of VS Code, in which the view is opened after the stop.
  }
}
