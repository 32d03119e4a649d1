/** Asks what to show, one question at a time. */
export interface Asking {
  /** What is wanted has changed: asks, at once or as soon as the question before is answered. */
  readonly look: () => void;
}

/**
 * `session` tells which session is wanted now, and `ask` asks for what is wanted now. While an answer is
 * awaited only the last wish counts, for letters come faster. But a session may be long in being read
 * from its file, and another one does not wait for it.
 */
export function createAsking(session: () => string | undefined, ask: () => Promise<void>): Asking {
  let wished = false;
  let asked: { readonly session: string | undefined } | undefined;

  const look = async (): Promise<void> => {
    wished = true;
    if (asked && asked.session === session()) return;
    while (wished) {
      wished = false;
      const mine = { session: session() };
      asked = mine;
      // oxlint-disable-next-line no-await-in-loop -- One question at a time.
      await ask();
      // Another session was asked for meanwhile; what is wished now is that question's to ask.
      if (asked !== mine) return;
      asked = undefined;
    }
  };
  return { look: () => void look() };
}
