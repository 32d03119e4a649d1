import type { LogSession } from "../logs/model.ts";
import type { WorkspaceMemory } from "../project/workspaceMemory.ts";

/**
 * Returns a function that stores the times of a session's boot, to be called when the session has changed. Sessions that
 * began before `since` (milliseconds) are those of earlier windows, and stored already.
 */
export function createBootHistory(
  memory: Pick<WorkspaceMemory, "addBoot">,
  since: number,
): (session: LogSession) => void {
  const stored = new Map<string, LogSession["boot"]>();
  return ({ id, unikernel, target, startedAt, endedAt, boot }) => {
    if (startedAt >= since && boot && stored.get(id) !== boot) {
      stored.set(id, boot);
      void memory.addBoot(unikernel, target, { at: startedAt, ...boot });
    }
    if (endedAt !== undefined) stored.delete(id);
  };
}
