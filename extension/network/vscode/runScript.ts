import { mkdir, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import * as vscode from "vscode";
import { showErrorMessage } from "../../platform/vscode/messages.ts";
import { currentEnv, findProgram } from "../../platform/env.ts";
import { shellCommand } from "../../platform/shellQuote.ts";
import { t } from "../../protocol/l10n.ts";
import { runInTerminal } from "../../toolchain/vscode/setupTerminal.ts";
import { elevators, usableElevators } from "../elevation.ts";

/** The program that runs another one as root, with its arguments before that one; empty for root itself. */
type Elevation = readonly string[];

/**
 * Shows a script in an editor, and runs that file as root in a terminal once the user chooses how. Resolves to the exit
 * code; `undefined` if it is unknown, because the shell does not report it or the terminal was closed; `"declined"` if
 * the user dismisses the choice.
 */
export async function runScript(
  title: string,
  { name, text, folder }: { readonly name: string; readonly text: string; readonly folder: string },
): Promise<number | undefined | "declined"> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, name);
  await writeFile(path, text, { mode: 0o600 });
  const document = await vscode.workspace.openTextDocument(vscode.Uri.file(path));
  await vscode.window.showTextDocument(document, { preview: false });
  const elevation = await chooseElevation(title, path);
  if (!elevation) return "declined";
  // The user may have changed it.
  await document.save();
  return runInTerminal(title, commandLine(elevation, path), homedir());
}

const commandLine = (elevation: Elevation, path: string): string =>
  shellCommand([...elevation, "/bin/sh", path]);

/** Stays open while the user reads and scrolls the script. */
async function chooseElevation(title: string, path: string): Promise<Elevation | undefined> {
  const items = (await elevations()).map(({ label, elevation }) => ({
    label: `$(terminal) ${label}`,
    detail: commandLine(elevation, path),
    elevation,
  }));
  if (items.length === 0) {
    void showErrorMessage(
      t(
        "No program was found that can run the script as root, such as sudo. Run it as root yourself: sh {0}",
        path,
      ),
    );
    return undefined;
  }
  const chosen = await vscode.window.showQuickPick(items, {
    title,
    placeHolder: t("Read the script, then choose how to run it; Escape cancels"),
    ignoreFocusOut: true,
  });
  return chosen?.elevation;
}

async function elevations(): Promise<readonly { readonly label: string; readonly elevation: Elevation }[]> {
  if (process.getuid?.() === 0) return [{ label: t("Run in Terminal"), elevation: [] }];
  return (await findElevators()).map((name) => ({ label: t("Run with {0}", name), elevation: [name] }));
}

/** The programs that can run a command as root from a terminal here. */
export async function findElevators(): Promise<readonly string[]> {
  const env = currentEnv();
  const found = await Promise.all(elevators.map((name) => findProgram(name, env)));
  return usableElevators(
    elevators.filter((_, index) => found[index] !== undefined),
    env,
  );
}
