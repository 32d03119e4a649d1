import { t } from "../../../extension/protocol/l10n.ts";
import { changeText } from "./sizeText.ts";
import type { SizeNode } from "./sizeTree.ts";

/** The number of changes that are named. */
const namedChanges = 3;

/** Says in one sentence what changed most since another image: `+252 KB: tls +212 KB (new), x509 +40 KB`. */
export function summaryText(root: SizeNode, title: string): string {
  const total = t("Compared with {0}: {1}", title, changeText(root.bytes - root.before));
  const changed = root.children.filter(({ bytes, before }) => bytes !== before).slice(0, namedChanges);
  if (changed.length === 0) return t("{0}, no package changed its size.", total);
  const parts = changed.map(({ name, bytes, before }) => {
    const change = changeText(bytes - before);
    if (before === 0) return t("{0} {1} (new)", name, change);
    return bytes === 0 ? t("{0} {1} (removed)", name, change) : `${name} ${change}`;
  });
  return t("{0}. Changed most: {1}.", total, parts.join(", "));
}
