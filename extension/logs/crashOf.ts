import type { Crash } from "./crashRule.ts";
import { explainCrash } from "./explain.ts";
import type { LogSession } from "./model.ts";
import type { LogStore } from "./store.ts";

/** How many of the last records are read for the reason of a failure. */
const crashRecords = 1000;

/** Tells why a session failed, undefined where it did not; remembers the answer for the last session asked for. */
export function crashReader(
  store: Pick<LogStore, "isLoaded" | "span" | "records">,
): (session: LogSession | undefined) => Crash | undefined {
  let explained:
    | { readonly session: LogSession; readonly end: number; readonly crash: Crash | undefined }
    | undefined;
  return (session) => {
    if (session?.outcome?.kind !== "failed" || !store.isLoaded(session.id)) return undefined;
    const { end } = store.span(session.id);
    if (explained?.session !== session || explained.end !== end) {
      const last = store.records(session.id, Math.max(0, end - crashRecords), crashRecords);
      explained = { session, end, crash: explainCrash(last, session) };
    }
    return explained.crash;
  };
}
