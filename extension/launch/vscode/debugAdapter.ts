import * as vscode from "vscode";
import { showInformationMessage } from "../../platform/vscode/messages.ts";
import type { Problem } from "../../platform/errors.ts";
import { showProblem } from "../../platform/vscode/showProblem.ts";
import { t } from "../../protocol/l10n.ts";
import { DebugSession } from "../session/debugSession.ts";
import { openingVariables } from "./debug/variablesView.ts";
import { createLaunchResolver, type Launcher } from "./resolveLaunch.ts";

/** The debug adapter of one session. It runs in the extension host, because it only forwards a console. */
export function createAdapter(
  launcher: Launcher,
  session: vscode.DebugSession,
): vscode.DebugAdapterDescriptor {
  const messages = new vscode.EventEmitter<vscode.DebugProtocolMessage>();
  const control = {
    stop: () => void vscode.debug.stopDebugging(session),
    restart: () => void session.customRequest("restart"),
  };
  let hasOffered = false;
  let hasEnded = false;
  const environment = {
    run: launcher.run,
    prepare: createLaunchResolver(launcher, session.workspaceFolder, control),
    // Not awaited, because the notification may stay open for long.
    showProblem: (problem: Problem) => void showProblem(problem),
    offerRestart: () => {
      if (!hasOffered) void offerRestart(session, () => hasEnded);
      hasOffered = true;
    },
  };
  const answers = new DebugSession(
    environment,
    openingVariables((message) => messages.fire(message)),
  );
  return new vscode.DebugAdapterInlineImplementation({
    onDidSendMessage: messages.event,
    handleMessage: (message) => answers.handle(message),
    dispose: () => {
      hasEnded = true;
      answers.dispose();
      messages.dispose();
    },
  });
}

/** A unikernel that boots without a breakpoint boots without gdb, which cannot be added later. */
async function offerRestart(session: vscode.DebugSession, hasEnded: () => boolean): Promise<void> {
  const restart = t("Restart");
  const chosen = await showInformationMessage(
    t("“{0}” runs without the debugger. Restart it to stop at breakpoints.", session.name),
    restart,
  );
  if (chosen !== restart) return;
  if (hasEnded()) await vscode.debug.startDebugging(session.workspaceFolder, session.configuration);
  else await session.customRequest("restart");
}
