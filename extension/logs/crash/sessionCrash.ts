import type { CrashExplanation } from "./crashExplanation.ts";
import { explainCrash } from "./explainCrash.ts";
import type { LogSession } from "../model.ts";
import type { LogStore } from "../store/logStore.ts";

/** How many of the last records are searched for the cause of a failure. */
const searchedRecords = 1000;

/**
 * Creates a function that explains why a session failed, or returns `undefined` if it did not fail or is
 * not loaded. It caches the last explanation.
 */
export function createCrashExplainer(
  store: Pick<LogStore, "isLoaded" | "span" | "records">,
): (session: LogSession | undefined) => CrashExplanation | undefined {
  let cached:
    | { readonly session: LogSession; readonly end: number; readonly crash: CrashExplanation | undefined }
    | undefined;
  return (session) => {
    if (session?.outcome?.kind !== "failed" || !store.isLoaded(session.id)) return undefined;
    const { end } = store.span(session.id);
    if (cached?.session !== session || cached.end !== end) {
      const last = store.records(session.id, Math.max(0, end - searchedRecords), searchedRecords);
      cached = { session, end, crash: explainCrash(last, session) };
    }
    return cached.crash;
  };
}

/** Returns the session that ended last, in sessions of any order; undefined if all of them are running. */
export function lastEndedSession(sessions: readonly LogSession[]): LogSession | undefined {
  const ended = sessions.filter(({ outcome }) => outcome !== undefined);
  return ended.toSorted((a, b) => (b.endedAt ?? 0) - (a.endedAt ?? 0))[0];
}
