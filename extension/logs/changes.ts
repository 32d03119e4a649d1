/** What is new of a session. */
export interface LogChange {
  readonly sessionId: string;
  /** Records that came or grew: `from` to before `to`; undefined where there are none. */
  readonly records: { readonly from: number; readonly to: number } | undefined;
  /** The session began, ended, was loaded, was unloaded or was removed. */
  readonly session: boolean;
}

/** Puts changes together and tells them some tens of milliseconds apart. */
export interface ChangeTeller {
  readonly session: (sessionId: string) => void;
  /** Records `from` to before `to` are new or have grown. */
  readonly records: (sessionId: string, from: number, to: number) => void;
  /** Returns what ends the telling. */
  readonly listen: (listener: (changes: readonly LogChange[]) => void) => () => void;
}

interface Pending {
  records: { from: number; to: number } | undefined;
  session: boolean;
}

const interval = 30;

/** The first change is told at once when there has been none for a while. */
export function changeTeller(): ChangeTeller {
  const listeners = new Set<(changes: readonly LogChange[]) => void>();
  const pending = new Map<string, Pending>();
  let timer: NodeJS.Timeout | undefined;
  let toldAt = Number.NEGATIVE_INFINITY;

  const tell = () => {
    timer = undefined;
    const changes = [...pending].map(([sessionId, change]) => ({ sessionId, ...change }));
    // That a session began must not keep its first records waiting.
    if (changes.some(({ records }) => records)) toldAt = performance.now();
    pending.clear();
    for (const listener of listeners) listener(changes);
  };

  const changeOf = (sessionId: string): Pending => {
    timer ??= setTimeout(tell, Math.max(0, toldAt + interval - performance.now()));
    const known = pending.get(sessionId);
    if (known) return known;
    const change: Pending = { records: undefined, session: false };
    pending.set(sessionId, change);
    return change;
  };

  return {
    session: (sessionId) => {
      changeOf(sessionId).session = true;
    },
    records: (sessionId, from, to) => {
      const change = changeOf(sessionId);
      if (!change.records) change.records = { from, to };
      else {
        change.records.from = Math.min(change.records.from, from);
        change.records.to = Math.max(change.records.to, to);
      }
    },
    listen: (listener) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
  };
}
