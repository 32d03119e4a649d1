import * as vscode from "vscode";
import { ExecuteCommandRequest, type LanguageClient } from "vscode-languageclient/node";

/** A client whose server knows a command. */
interface Knower {
  readonly serves: (uri: vscode.Uri) => boolean;
  readonly execute: (command: string, args: readonly unknown[]) => Promise<unknown>;
}

/** The commands of all servers: VS Code has each name once, however many servers know it. */
const known = new Map<string, { readonly by: Set<Knower>; readonly registration: vscode.Disposable }>();

/**
 * Lets several clients have servers that know the same commands, which each would register for itself
 * and fail at the second. A command goes to the server of the file in front.
 */
export function shareCommands(client: LanguageClient, serves: Knower["serves"]): void {
  const feature = client.getFeature(ExecuteCommandRequest.method);
  const knower: Knower = {
    serves,
    execute: (command, args) =>
      client.sendRequest(ExecuteCommandRequest.type, { command, arguments: [...args] }),
  };
  const held = new Map<string, readonly string[]>();
  const unregister = (id: string): void => {
    for (const command of held.get(id) ?? []) forget(command, knower);
    held.delete(id);
  };
  feature.register = ({ id, registerOptions: { commands } }) => {
    held.set(id, commands);
    for (const command of commands) remember(command, knower);
  };
  feature.unregister = unregister;
  feature.clear = () => {
    for (const id of held.keys()) unregister(id);
  };
}

function remember(command: string, knower: Knower): void {
  const present = known.get(command);
  if (present) {
    present.by.add(knower);
    return;
  }
  const by = new Set([knower]);
  const execute = (...args: readonly unknown[]): Promise<unknown> | undefined => {
    const uri = vscode.window.activeTextEditor?.document.uri;
    const all = [...by];
    return (all.find(({ serves }) => uri && serves(uri)) ?? all[0])?.execute(command, args);
  };
  known.set(command, { by, registration: vscode.commands.registerCommand(command, execute) });
}

function forget(command: string, knower: Knower): void {
  const present = known.get(command);
  present?.by.delete(knower);
  if (present?.by.size !== 0) return;
  present.registration.dispose();
  known.delete(command);
}
