import { stat } from "node:fs/promises";
import * as vscode from "vscode";
import { showErrorMessage } from "../../platform/vscode/messages.ts";
import { t } from "../../protocol/l10n.ts";

/** What the row of a package gives to the commands of its menu. */
interface PackageValue {
  readonly text: string;
  readonly sources?: string;
  readonly page?: string;
}

/** Shows the sources of a package in the Explorer. */
export async function revealPackage(row: unknown): Promise<void> {
  const sources = valueOf(row)?.sources;
  if (sources === undefined) return;
  if (await stat(sources).catch(() => undefined)) {
    await vscode.commands.executeCommand("revealInExplorer", vscode.Uri.file(sources));
    return;
  }
  const pull = t("Pull");
  const message = t("{0} does not exist. Pull the locked sources first.", sources);
  if ((await showErrorMessage(message, pull)) === pull)
    await vscode.commands.executeCommand("mirageos.pull", row);
}

/** Opens the homepage of a package, or the page of its repository. */
export async function openPackagePage(row: unknown): Promise<void> {
  const page = valueOf(row)?.page;
  if (page !== undefined) await vscode.env.openExternal(vscode.Uri.parse(page));
}

/** Copies the name and version of a package, or the text of a detail. */
export async function copyPackage(row: unknown): Promise<void> {
  const text = valueOf(row)?.text;
  if (text !== undefined) await vscode.env.clipboard.writeText(text);
}

function valueOf(row: unknown): PackageValue | undefined {
  if (typeof row !== "object" || row === null || !("value" in row)) return undefined;
  const { value } = row;
  if (typeof value !== "object" || value === null || !("text" in value)) return undefined;
  const string = (name: "sources" | "page"): string | undefined => {
    const found: unknown = name in value ? (value as Record<string, unknown>)[name] : undefined;
    return typeof found === "string" ? found : undefined;
  };
  const [sources, page] = [string("sources"), string("page")];
  return typeof value.text === "string"
    ? { text: value.text, ...(sources !== undefined && { sources }), ...(page !== undefined && { page }) }
    : undefined;
}
