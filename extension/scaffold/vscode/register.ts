import { existsSync } from "node:fs";
import { join } from "node:path";
import type * as vscode from "vscode";
import type { Run } from "../../platform/process.ts";
import type { ScaffoldParts } from "./newUnikernel.ts";

/**
 * The file that remembers a unikernel whose window is still to be opened. The global state may be too late for
 * it: a browser that goes to another page at once does not store what was put there last.
 */
export const createdFile = ({ globalStorageUri }: vscode.ExtensionContext): string =>
  join(globalStorageUri.fsPath, "created.json");

/** The commands that make unikernels and add to them; what they do is loaded with the first of them. */
export function registerScaffold(
  parts: ScaffoldParts & { readonly run: Run },
): Readonly<Record<string, (invokedOn: unknown) => unknown>> {
  if (existsSync(createdFile(parts.context)))
    void parts.projects.ready.then(async () => (await import("../../dialogs.ts")).goOnAfterOpening(parts));
  return {
    "mirageos.newUnikernel": async () => (await import("../../dialogs.ts")).newUnikernel(parts),
    "mirageos.cloneSkeleton": async () => (await import("../../dialogs.ts")).cloneSkeleton(parts.run),
    "mirageos.addDevice": async (on) => (await import("../../dialogs.ts")).addDevice(parts, on),
  };
}
