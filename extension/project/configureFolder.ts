import { basename, dirname } from "node:path";
import type { Settings } from "../platform/settingsTable.ts";

/** The folder in which mirage runs for a `mirage/config.ml`: that of config.ml, or the one above it. */
export type ConfigureFolder = Exclude<Settings["configureFrom"], "auto">;

let choices: (configFile: string) => ConfigureFolder | undefined = () => undefined;

/** Sets what returns the user's choice for a config.ml, so that every user of a root follows the same one. */
export function useConfigureChoices(chosen: typeof choices): void {
  choices = chosen;
}

/** The folder that the user chose for a config.ml, in the settings or when prompted. */
export const chosenFolder = (configFile: string): ConfigureFolder | undefined => choices(configFile);

/** Whether mirage can run in two folders for a config.ml: it is in a folder `mirage` below the workspace folder. */
export function canChooseFolder(configFile: string, workspaceFolder: string): boolean {
  const folder = dirname(configFile);
  return basename(folder) === "mirage" && folder !== workspaceFolder;
}
