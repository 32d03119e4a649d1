import * as vscode from "vscode";
import { ExecuteCommandRequest, type LanguageClient } from "vscode-languageclient/node";

/** A client whose server provides commands. */
interface CommandProvider {
  readonly serves: (uri: vscode.Uri) => boolean;
  readonly execute: (command: string, args: readonly unknown[]) => Promise<unknown>;
}

/** The commands of all servers. VS Code accepts each name once, although several servers provide it. */
const registered = new Map<
  string,
  { readonly providers: Set<CommandProvider>; readonly registration: vscode.Disposable }
>();

/**
 * Lets several clients provide the same commands. Without this each client would register them itself,
 * and the second would fail. A command goes to the server of the active editor's file.
 */
export function shareCommands(client: LanguageClient, serves: CommandProvider["serves"]): void {
  const feature = client.getFeature(ExecuteCommandRequest.method);
  const provider: CommandProvider = {
    serves,
    execute: (command, args) =>
      client.sendRequest(ExecuteCommandRequest.type, { command, arguments: [...args] }),
  };
  const commandsById = new Map<string, readonly string[]>();
  const unregister = (id: string): void => {
    for (const command of commandsById.get(id) ?? []) removeCommand(command, provider);
    commandsById.delete(id);
  };
  feature.register = ({ id, registerOptions: { commands } }) => {
    commandsById.set(id, commands);
    for (const command of commands) addCommand(command, provider);
  };
  feature.unregister = unregister;
  feature.clear = () => {
    for (const id of commandsById.keys()) unregister(id);
  };
}

function addCommand(command: string, provider: CommandProvider): void {
  const present = registered.get(command);
  if (present) {
    present.providers.add(provider);
    return;
  }
  const providers = new Set([provider]);
  const execute = (...args: readonly unknown[]): Promise<unknown> | undefined => {
    const uri = vscode.window.activeTextEditor?.document.uri;
    const all = [...providers];
    return (all.find(({ serves }) => uri && serves(uri)) ?? all[0])?.execute(command, args);
  };
  registered.set(command, { providers, registration: vscode.commands.registerCommand(command, execute) });
}

function removeCommand(command: string, provider: CommandProvider): void {
  const present = registered.get(command);
  present?.providers.delete(provider);
  if (present?.providers.size !== 0) return;
  present.registration.dispose();
  registered.delete(command);
}
