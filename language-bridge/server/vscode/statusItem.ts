import * as vscode from "vscode";
import type { ServerChoice } from "../chooseServer.ts";

/** The language status item of OCaml files: which language server handles them and why. */
export function createServerStatus(): vscode.Disposable & { readonly show: (choice: ServerChoice) => void } {
  // Selected by file name: without the OCaml Platform, these files may have no language.
  const item = vscode.languages.createLanguageStatusItem("mirageos.server", { pattern: "**/*.{ml,mli}" });
  item.name = "MirageOS Language Server";
  return {
    show: ({ text, reason, next, healthy }) => {
      item.text = text;
      item.detail = reason;
      item.severity = healthy
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
