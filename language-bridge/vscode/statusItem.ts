import * as vscode from "vscode";
import { ocamlPlatform, selectServer } from "../select.ts";

// By file name: without the OCaml Platform, VS Code may know no language for these files.
const ocamlFiles: vscode.DocumentSelector = { pattern: "**/*.{ml,mli}" };

/** A language status item of OCaml files that says who serves OCaml and why; it follows extensions as they come and go. */
export function registerServerStatus(): vscode.Disposable {
  const item = vscode.languages.createLanguageStatusItem("mirageos.server", ocamlFiles);
  item.name = "MirageOS Language Server";
  const update = (): void => {
    const choice = selectServer({
      platformEnabled: vscode.extensions.getExtension(ocamlPlatform) !== undefined,
    });
    item.text = choice.text;
    item.detail = choice.reason;
    item.severity =
      choice.kind === "off"
        ? vscode.LanguageStatusSeverity.Warning
        : vscode.LanguageStatusSeverity.Information;
    if ("command" in choice.next) {
      const { title, command, args } = choice.next;
      item.command = { title, command, ...(args && { arguments: [...args] }) };
    }
  };
  update();
  return vscode.Disposable.from(item, vscode.extensions.onDidChange(update));
}
