import * as vscode from "vscode";
import type { ServerChoice } from "../select.ts";

/** The language status item of OCaml files that says who serves them and why. */
export function createServerStatus(): vscode.Disposable & { readonly show: (choice: ServerChoice) => void } {
  // By file name: without the OCaml Platform, VS Code may know no language for these files.
  const item = vscode.languages.createLanguageStatusItem("mirageos.server", { pattern: "**/*.{ml,mli}" });
  item.name = "MirageOS Language Server";
  return {
    show: ({ text, reason, next, well }) => {
      item.text = text;
      item.detail = reason;
      item.severity = well
        ? vscode.LanguageStatusSeverity.Information
        : vscode.LanguageStatusSeverity.Warning;
      if ("command" in next) {
        const { title, command, args } = next;
        item.command = { title, command, ...(args && { arguments: [...args] }) };
      }
    },
    dispose: () => item.dispose(),
  };
}
