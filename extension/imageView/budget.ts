import { sizeChangeText } from "../project/describeState.ts";
import { sizeText } from "../protocol/sizeText.ts";
import { t } from "../protocol/l10n.ts";
import type { Growth } from "./growth.ts";

/** What the setting `mirageos.imageBudget` says about a target. */
export type Budget =
  | { readonly kind: "none" }
  | { readonly kind: "bytes"; readonly bytes: number }
  /** `message` is one or two sentences. */
  | { readonly kind: "invalid"; readonly message: string };

const units: Readonly<Record<string, number>> = {
  "": 1,
  b: 1,
  kb: 1000,
  mb: 1_000_000,
  gb: 1_000_000_000,
  kib: 1024,
  mib: 1 << 20,
  gib: 1 << 30,
};

/** Parses a number of bytes, or a size such as `3 MB`, `1.5MiB` or `800 KB`. Undefined for all other values and for 0. */
export function parseSize(value: unknown): number | undefined {
  const [, number = "", unit = ""] =
    typeof value === "string"
      ? (/^\s*(\d{1,12}(?:\.\d{1,12})?)\s*([a-z]{0,3})\s*$/i.exec(value) ?? [])
      : ["", typeof value === "number" ? String(value) : ""];
  const bytes = Math.round(Number(number) * (units[unit.toLowerCase()] ?? NaN));
  return Number.isSafeInteger(bytes) && bytes > 0 ? bytes : undefined;
}

/** The budget of a target in the value of the setting, whatever that contains. */
export function budgetOf(setting: Readonly<Record<string, unknown>>, target: string): Budget {
  const value = Object.hasOwn(setting, target) ? setting[target] : undefined;
  if (value === undefined) return { kind: "none" };
  const bytes = parseSize(value);
  if (bytes !== undefined) return { kind: "bytes", bytes };
  const message = t(
    'The setting mirageos.imageBudget has {0} for {1}, which is not a size. Use a size such as "3 MB" or a number of bytes.',
    JSON.stringify(value).slice(0, 60),
    target,
  );
  return { kind: "invalid", message };
}

/**
 * Says that an image takes more memory than its budget, and which packages grew most since the previous build; undefined
 * if it does not. All sizes are in bytes.
 */
export function excessText(
  target: string,
  budget: number,
  loaded: number,
  grown: readonly Growth[],
): string | undefined {
  if (loaded <= budget) return undefined;
  const excess = t(
    "The image for {0} takes {1} of memory, {2} more than its budget of {3} (setting mirageos.imageBudget).",
    target,
    sizeText(loaded),
    sizeText(loaded - budget),
    sizeText(budget),
  );
  if (grown.length === 0) return excess;
  const list = grown.map(({ owner, bytes }) => `${owner} ${sizeChangeText(bytes)}`).join(", ");
  return `${excess} ${t("Grown most since the previous build: {0}.", list)}`;
}
