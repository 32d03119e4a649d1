import { t } from "../../../protocol/l10n.ts";
import type { FailureAction } from "./failure.ts";

/** Fixes that several rules offer. */
export const none: FailureAction = { kind: "none" };
export const setup: FailureAction = { kind: "checkSetup" };
export const removeBuild: FailureAction = { kind: "removeBuild" };
export const fetch: FailureAction = { kind: "step", step: "fetch" };
export const installSwitch: FailureAction = { kind: "step", step: "install-switch" };
export const configure: FailureAction = { kind: "step", step: "configure" };
export const updateOpam: FailureAction = {
  kind: "command",
  title: t("Update opam"),
  commandLine: "opam update",
};
export const selectTargetAction: FailureAction = {
  kind: "extension",
  title: t("Select Target…"),
  command: "mirageos.selectTarget",
};
export const selectSwitchAction: FailureAction = {
  kind: "extension",
  title: t("Select Switch…"),
  command: "mirageos.selectSwitch",
};
export const bootArguments: FailureAction = {
  kind: "extension",
  title: t("Boot Arguments…"),
  command: "mirageos.bootArguments",
};
export const configureOptions: FailureAction = {
  kind: "extension",
  title: t("Configure with Options…"),
  command: "mirageos.configureWithOptions",
};

/** A list of names as people write it: `a, b and c`. */
export const listed = (names: readonly string[]): string =>
  names.length < 2 ? (names[0] ?? "") : t("{0} and {1}", names.slice(0, -1).join(", "), names.at(-1));
