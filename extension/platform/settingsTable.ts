/**
 * The settings of the extension, each below `mirageos.` in package.json, with the type of its value and its
 * default. A value of another type, which settings.json can contain, is replaced by the default.
 */
export interface Settings {
  /** `auto`, the name or path of an opam switch, or `system`. */
  readonly switch: string;
  /** Absolute paths of tools by their names. */
  readonly toolPaths: Readonly<Record<string, unknown>>;
  /** The resource of the host that each device is attached to, by the name of the device. */
  readonly devices: Readonly<Record<string, unknown>>;
  /** By the target: how much memory an image may take, as a size such as `3 MB` or a number of bytes. */
  readonly imageBudget: Readonly<Record<string, unknown>>;
  readonly languageServer: "auto" | "off";
  /** Passed to ocamllsp as they are. */
  readonly languageServerSettings: Readonly<Record<string, unknown>>;
  /** Glob patterns of folders and files in which discovery does not look for unikernels. */
  readonly exclude: readonly unknown[];
  /** The folder in which mirage runs for a `mirage/config.ml`. */
  readonly configureFrom: "auto" | "configFolder" | "parentFolder";
  readonly checkOnSave: boolean;
  readonly revealLogs: "run" | "debug" | "always" | "never";
  readonly inlineLogs: boolean;
  readonly inlineLogsAs: "decorations" | "inlayHints";
  /** In MB. */
  readonly logFileSize: number;
  readonly codeLens: boolean;
  readonly inlayHints: boolean;
  /** Hosts with albatross by their names. */
  readonly hosts: Readonly<Record<string, unknown>>;
}

export type SettingName = keyof Settings;

export const settingDefaults: Settings = {
  switch: "auto",
  toolPaths: {},
  devices: {},
  imageBudget: {},
  languageServer: "auto",
  languageServerSettings: {},
  exclude: [],
  configureFrom: "auto",
  checkOnSave: true,
  revealLogs: "run",
  inlineLogs: true,
  inlineLogsAs: "decorations",
  logFileSize: 100,
  codeLens: true,
  inlayHints: false,
  hosts: {},
};

/** The values of settings that are one of several words. */
export const settingChoices: { readonly [Name in SettingName]?: readonly Settings[Name][] } = {
  languageServer: ["auto", "off"],
  configureFrom: ["auto", "configFolder", "parentFolder"],
  revealLogs: ["run", "debug", "always", "never"],
  inlineLogsAs: ["decorations", "inlayHints"],
};

/** Checks the value of a setting. Returns the default if it is missing or has another type. */
export function checkedSetting<Name extends SettingName>(name: Name, value: unknown): Settings[Name] {
  const fallback = settingDefaults[name];
  const isSameType =
    typeof value === typeof fallback && value !== null && Array.isArray(value) === Array.isArray(fallback);
  const choices: readonly unknown[] | undefined = settingChoices[name];
  return isSameType && (choices?.includes(value) ?? true) ? (value as Settings[Name]) : fallback;
}
