/** Sends requests for what to show, one at a time. */
export interface RequestScheduler {
  /** Requests the current state now, or as soon as the response to the pending request arrives. */
  readonly schedule: () => void;
}

/**
 * `session` returns the selected session, and `request` sends a request for the current state. While one is
 * pending, later calls are merged into one, because letters are typed faster than responses arrive. Reading a
 * session from its file can take long, so a request for another session does not wait for it.
 */
export function createRequestScheduler(
  session: () => string | undefined,
  request: () => Promise<void>,
): RequestScheduler {
  let scheduled = false;
  let pending: { readonly session: string | undefined } | undefined;

  const run = async (): Promise<void> => {
    scheduled = true;
    if (pending && pending.session === session()) return;
    while (scheduled) {
      scheduled = false;
      const mine = { session: session() };
      pending = mine;
      // oxlint-disable-next-line no-await-in-loop -- One request at a time.
      await request();
      // Another session was selected meanwhile, and its own run continues.
      if (pending !== mine) return;
      pending = undefined;
    }
  };
  return { schedule: () => void run() };
}
