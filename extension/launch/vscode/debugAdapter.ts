import * as vscode from "vscode";
import { DebugSession } from "../session/debugSession.ts";
import { createLaunchResolver, type Launcher } from "./resolveLaunch.ts";

/** The debug adapter of one session. It runs in the extension host, because it only forwards a console. */
export function createAdapter(
  launcher: Launcher,
  session: vscode.DebugSession,
): vscode.DebugAdapterDescriptor {
  const messages = new vscode.EventEmitter<vscode.DebugProtocolMessage>();
  const stop = () => void vscode.debug.stopDebugging(session);
  const prepare = createLaunchResolver(launcher, session.workspaceFolder, stop);
  const answers = new DebugSession({ run: launcher.run, prepare }, (message) => messages.fire(message));
  return new vscode.DebugAdapterInlineImplementation({
    onDidSendMessage: messages.event,
    handleMessage: (message) => answers.handle(message),
    dispose: () => {
      answers.dispose();
      messages.dispose();
    },
  });
}
