import * as vscode from "vscode";
import { debugSession } from "../session.ts";
import { preparing, type Launcher } from "./prepare.ts";

/** The debug adapter of one session, inside the extension host: a unikernel's console needs no other process. */
export function createAdapter(
  launcher: Launcher,
  session: vscode.DebugSession,
): vscode.DebugAdapterDescriptor {
  const sent = new vscode.EventEmitter<vscode.DebugProtocolMessage>();
  const world = { run: launcher.run, prepare: preparing(launcher, session.workspaceFolder) };
  const debug = debugSession(world, (message) => sent.fire(message));
  return new vscode.DebugAdapterInlineImplementation({
    onDidSendMessage: sent.event,
    handleMessage: debug.handle,
    dispose: () => {
      debug.dispose();
      sent.dispose();
    },
  });
}
