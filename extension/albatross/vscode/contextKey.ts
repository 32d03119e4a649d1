import * as vscode from "vscode";

/** Updates a context key of the room. `deployed`: a unikernel of the workspace was deployed. */
export const setKey = (key: "deployed", value: boolean): void =>
  void vscode.commands.executeCommand("setContext", `mirageos.${key}`, value);
