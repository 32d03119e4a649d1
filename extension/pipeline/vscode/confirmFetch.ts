import { showWarningMessage } from "../../platform/vscode/messages.ts";
import type { Unikernel } from "../../project/model.ts";
import type { WorkspaceMemory } from "../../project/workspaceMemory.ts";
import { t } from "../../protocol/l10n.ts";

/**
 * Asks before a build whether to fetch dependencies first. `why` is the reason in a sentence. Stores the answer that the
 * unikernel is built without fetching.
 */
export async function confirmFetch(
  memory: Pick<WorkspaceMemory, "setBuildsWithoutFetch">,
  { id, name }: Pick<Unikernel, "id" | "name">,
  why: string,
): Promise<"fetch" | "build" | "cancel"> {
  const fetch = t("Fetch Dependencies");
  const build = t("Build Without Fetching");
  const detail = t(
    "{0} Fetching runs make lock, install-switch and pull. It uses the network and takes several minutes.",
    why,
  );
  const answer = await showWarningMessage(
    t("Fetch the dependencies of {0} first?", name),
    { modal: true, detail },
    fetch,
    build,
  );
  if (answer === fetch) return "fetch";
  if (answer !== build) return "cancel";
  await memory.setBuildsWithoutFetch(id);
  return "build";
}
