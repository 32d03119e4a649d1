import type { MigrateContext } from "./migrateCommand.ts";

/** Returns the command that migrates a unikernel, and those of the preview of changes. Their code is loaded on first use. */
export function registerMigrate(
  parts: MigrateContext,
): Readonly<Record<string, (invokedOn: unknown) => unknown>> {
  return {
    "mirageos.migrate": async (on) => (await import("./migrateCommand.ts")).migrate(parts, on),
    "mirageos.applyChanges": () => answer(true),
    "mirageos.discardChanges": () => answer(false),
  };
}

const answer = async (apply: boolean) =>
  (await import("../../project/vscode/changePreview.ts")).answerChanges(apply);
