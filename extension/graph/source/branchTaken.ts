import { isTarget, targets } from "../../mirage/targets.ts";
import type { KeyValue } from "../model.ts";
import type { Condition } from "../../mirage/config/deviceExpressions.ts";

/** The suffixes of `Key.is_…` functions (`lib/devices/key.ml` of mirage). */
const families: ReadonlySet<string> = new Set(Object.values(targets).map(({ family }) => family));

/**
 * Index of the branch of `if_impl` that a configuration takes, by the keys that `describe` printed;
 * undefined if they do not determine it.
 */
export function branchTaken(condition: Condition | undefined, keys: readonly KeyValue[]): number | undefined {
  const valueOf = (key: string) => keys.find(({ name }) => name === key)?.value;
  if (!condition) return undefined;
  if ("key" in condition) {
    const value = valueOf(condition.key);
    return value === "true" ? 0 : value === "false" ? 1 : undefined;
  }
  const target = valueOf("target");
  if (target === undefined || !isTarget(target) || !families.has(condition.is)) return undefined;
  return targets[target].family === condition.is ? 0 : 1;
}
