import * as vscode from "vscode";
import { DebugSession } from "../session/debugSession.ts";
import { createLaunchResolver, type Launcher } from "./resolveLaunch.ts";

/** The debug adapter of one session. It runs in the extension host, because it only forwards a console. */
export function createAdapter(
  launcher: Launcher,
  { workspaceFolder }: vscode.DebugSession,
): vscode.DebugAdapterDescriptor {
  const messages = new vscode.EventEmitter<vscode.DebugProtocolMessage>();
  const host = { run: launcher.run, prepare: createLaunchResolver(launcher, workspaceFolder) };
  const session = new DebugSession(host, (message) => messages.fire(message));
  return new vscode.DebugAdapterInlineImplementation({
    onDidSendMessage: messages.event,
    handleMessage: (message) => session.handle(message),
    dispose: () => {
      session.dispose();
      messages.dispose();
    },
  });
}
