import type { MigrateContext } from "./migrateCommand.ts";

/** Returns the command that migrates a unikernel. Its code is loaded on first use. */
export function registerMigrate(
  parts: MigrateContext,
): Readonly<Record<string, (invokedOn: unknown) => unknown>> {
  return {
    "mirageos.migrate": async (on) => (await import("./migrateCommand.ts")).migrate(parts, on),
  };
}
