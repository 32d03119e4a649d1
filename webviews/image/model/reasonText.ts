import type { ImageRequirement } from "../../../extension/protocol/image.ts";
import { t } from "../../../extension/protocol/l10n.ts";

/** Says by what a package is required: `ethernet is required by this unikernel › tcpip`. Empty if that is unknown. */
export function reasonText(name: string, requirements: readonly ImageRequirement[]): string {
  const found = requirements.find((each) => each.package === name);
  if (!found) return "";
  return t("{0} is required by {1}.", name, [t("this unikernel"), ...found.path.slice(0, -1)].join(" › "));
}
