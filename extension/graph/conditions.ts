import { isTarget, targets } from "../toolchain/targets.ts";
import type { KeyValue } from "./model.ts";
import type { Condition } from "./values.ts";

/** What can stand behind `Key.is_` (`lib/devices/key.ml` of mirage). */
const families: ReadonlySet<string> = new Set(Object.values(targets).map(({ family }) => family));

/**
 * Which option of `if_impl` a configuration has taken, by the keys that `describe` printed; undefined
 * where they do not tell.
 */
export function optionTaken(condition: Condition | undefined, keys: readonly KeyValue[]): number | undefined {
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
