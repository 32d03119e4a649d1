import * as vscode from "vscode";
import { withoutLinks } from "../errors.ts";

type Show = "showErrorMessage" | "showWarningMessage" | "showInformationMessage";

/**
 * The functions of `vscode.window` with the same names, for messages that are plain text. In a message, VS Code makes
 * `[text](command:id)` a link that runs a command, and messages contain names and texts of files, tools and hosts.
 */
export const showErrorMessage = showPlainText("showErrorMessage");
export const showWarningMessage = showPlainText("showWarningMessage");
export const showInformationMessage = showPlainText("showInformationMessage");

function showPlainText<Name extends Show>(name: Name): (typeof vscode.window)[Name] {
  const show = (message: string, ...rest: readonly never[]): unknown =>
    vscode.window[name](withoutLinks(message), ...rest);
  return show as (typeof vscode.window)[Name];
}
