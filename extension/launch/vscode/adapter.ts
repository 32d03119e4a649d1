import * as vscode from "vscode";
import { isConfigurationFile } from "../configurationFiles.ts";
import { isRequest } from "../dap.ts";
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
    handleMessage: (message) => {
      if (!isRequest(message) || message.command !== "restart" || !isOutOfDate(session)) {
        return debug.handle(message);
      }
      startAnewAfter(session);
      debug.handle({ ...message, command: "terminate" });
    },
    dispose: () => {
      debug.dispose();
      sent.dispose();
    },
  });
}

/**
 * Whether the configuration with which VS Code restarts a session may be another once all is saved. It saves
 * before, but not for a session whose start was told not to.
 */
function isOutOfDate({ workspaceFolder, configuration }: vscode.DebugSession): boolean {
  const unsaved = vscode.workspace.textDocuments.some(
    ({ isDirty, fileName }) => isDirty && isConfigurationFile(fileName),
  );
  if (!unsaved) return false;
  if (vscode.workspace.getConfiguration("debug").get("saveBeforeStart") === "none") return false;
  const launch = vscode.workspace.getConfiguration("launch", workspaceFolder);
  const configurations = launch.get<readonly { readonly name?: string }[]>("configurations") ?? [];
  return configurations.some(({ name }) => name === configuration.name);
}

/** Starts the configuration of a session that ends, as it is when all is saved. */
function startAnewAfter({ id, workspaceFolder, configuration }: vscode.DebugSession): void {
  const { name, noDebug } = configuration;
  const waiting = vscode.debug.onDidTerminateDebugSession((ended) => {
    if (ended.id !== id) return;
    waiting.dispose();
    void vscode.debug.startDebugging(workspaceFolder, name, { noDebug: noDebug === true });
  });
}
