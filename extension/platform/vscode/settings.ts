import * as vscode from "vscode";
import { checkedSetting, type SettingName, type Settings } from "../settingsTable.ts";

const section = "mirageos";

/** The value of a setting for a resource, or for the window if there is none. */
export function getSetting<Name extends SettingName>(
  name: Name,
  scope?: vscode.ConfigurationScope,
): Settings[Name] {
  return checkedSetting(name, vscode.workspace.getConfiguration(section, scope).get(name));
}

/**
 * Writes a setting, or removes it with undefined. Without a target, to the innermost scope that already sets
 * it: the folder, the workspace, else the user.
 */
export async function updateSetting<Name extends SettingName>(
  name: Name,
  value: Settings[Name] | undefined,
  scope?: vscode.ConfigurationScope,
  target?: vscode.ConfigurationTarget,
): Promise<void> {
  const configuration = vscode.workspace.getConfiguration(section, scope);
  const values = configuration.inspect(name);
  const { Global, Workspace, WorkspaceFolder } = vscode.ConfigurationTarget;
  const outer = values?.workspaceValue === undefined ? Global : Workspace;
  const innermost = values?.workspaceFolderValue === undefined ? outer : WorkspaceFolder;
  await configuration.update(name, value, target ?? innermost);
}

/** Whether a change of the configuration concerns one of the settings. */
export function affectsSettings(
  event: vscode.ConfigurationChangeEvent,
  ...names: readonly SettingName[]
): boolean {
  return names.some((name) => event.affectsConfiguration(`${section}.${name}`));
}
