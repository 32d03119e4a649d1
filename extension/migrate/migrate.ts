import { basename } from "node:path";
import { headerEdit } from "../mirage/migrations.ts";
import { compareVersions, headerFor, parseVersionHeader, satisfies } from "../mirage/version.ts";
import { addressesOfStacks } from "./addressRule.ts";
import { ambientDeviceRule } from "./devices/migrateDevices.ts";
import { connectCode } from "./connectRule.ts";
import { deviceLabels, dhcpAddress, dnsOrder, mimicOrder } from "./dnsRules.ts";
import { EditedText, type TextEdit } from "./editedText.ts";
import { keysToBootArguments } from "./keys/keyRules.ts";
import {
  combinatorNames,
  dependencyLabels,
  deviceTypeRule,
  foreignToMain,
  labelsOfRegister,
  libraryLabels,
} from "./mainRules.ts";
import { moduleOfFile } from "../project/libraries/localLibraries.ts";
import { type MigratedProject, type ProjectFile, type Rule } from "./project.ts";
import { remainingUses, type RemainingUse } from "./remaining.ts";
import { movedModules, runtimeFunctions } from "./sourceRules.ts";

/** In the order in which they are applied: later ones rely on what earlier ones made. */
const rules: readonly Rule[] = [
  foreignToMain,
  deviceTypeRule,
  combinatorNames,
  libraryLabels,
  movedModules,
  ambientDeviceRule,
  labelsOfRegister,
  dependencyLabels,
  addressesOfStacks,
  deviceLabels,
  keysToBootArguments,
  mimicOrder,
  dnsOrder,
  dhcpAddress,
  connectCode,
  runtimeFunctions,
];

/** The changes of one file. */
export interface FileMigration {
  readonly path: string;
  /** In the order of the text, with offsets in the text before. */
  readonly edits: readonly TextEdit[];
  readonly text: string;
  /** What is not certain and therefore unchanged, with offsets in `text`. */
  readonly remaining: readonly RemainingUse[];
}

/**
 * Migrates a unikernel of mirage 3 or 4 to a version of mirage: config.ml and the modules beside it. Only
 * what is certain is changed; what else an older mirage had is listed in `remaining`. Comments, layout and
 * order stay. Migrating the result again changes nothing. Every file is in the result, also unchanged ones.
 */
export function migrateUnikernel(
  config: ProjectFile,
  modules: readonly ProjectFile[],
  version: string,
): readonly FileMigration[] {
  const project: MigratedProject = {
    version,
    config: new EditedText(config.text),
    modules: modules.map(({ path, text, hasInterface = false }) => ({
      path,
      hasInterface,
      name: moduleOfFile(basename(path)) ?? "",
      edited: new EditedText(text),
    })),
  };
  for (const rule of rules) if (compareVersions(version, rule.since) >= 0) rule.apply(project);
  applyHeader(project);
  const files = [{ path: config.path, edited: project.config, isConfig: true }].concat(
    project.modules.map(({ path, edited }) => ({ path, edited, isConfig: false })),
  );
  return files.map(({ path, edited, isConfig }) => ({
    path,
    edits: edited.edits(),
    text: edited.text,
    remaining: remainingUses(edited.text, isConfig, version),
  }));
}

/** Replaces a header that refuses the version, and adds one where the rest changed. */
function applyHeader({ config, modules, version }: MigratedProject): void {
  const header = headerFor(version);
  if (header === undefined) return;
  const current = parseVersionHeader(/^[^\r\n]*/.exec(config.text)?.[0] ?? "");
  const isAccepted = current?.kind === "constraint" && satisfies(version, current.bounds);
  const isChanged = [config, ...modules.map(({ edited }) => edited)].some((each) => each.edits().length > 0);
  if (isAccepted || (current === undefined && !isChanged)) return;
  config.apply([headerEdit(config.text, header)]);
}
