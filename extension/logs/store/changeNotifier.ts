/** What changed in a session. */
export interface LogChange {
  readonly sessionId: string;
  /** Records that are new or have grown: `from` to before `to`; `undefined` if there are none. */
  readonly records: { readonly from: number; readonly to: number } | undefined;
  /** The session began, its program started, its boot made progress, it ended, was loaded, was unloaded or was removed. */
  readonly session: boolean;
}

type Listener = (changes: readonly LogChange[]) => void;

interface PendingChange {
  records: { from: number; to: number } | undefined;
  session: boolean;
}

const intervalMs = 30;

/**
 * Coalesces changes and notifies listeners at most every 30 ms. The first change after a pause is
 * reported in the next timer turn.
 */
export class ChangeNotifier {
  readonly #listeners = new Set<Listener>();
  readonly #pending = new Map<string, PendingChange>();
  #timer: NodeJS.Timeout | undefined;
  #notifiedAt = Number.NEGATIVE_INFINITY;

  sessionChanged(sessionId: string): void {
    this.#pendingOf(sessionId).session = true;
  }

  /** Reports that the records `from` to before `to` are new or have grown. */
  recordsChanged(sessionId: string, from: number, to: number): void {
    const change = this.#pendingOf(sessionId);
    if (!change.records) change.records = { from, to };
    else {
      change.records.from = Math.min(change.records.from, from);
      change.records.to = Math.max(change.records.to, to);
    }
  }

  /** Adds a listener and returns a function that removes it. */
  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  #pendingOf(sessionId: string): PendingChange {
    if (this.#timer === undefined) {
      const delayMs = Math.max(0, this.#notifiedAt + intervalMs - performance.now());
      this.#timer = setTimeout(() => this.#notify(), delayMs);
    }
    const known = this.#pending.get(sessionId);
    if (known) return known;
    const change: PendingChange = { records: undefined, session: false };
    this.#pending.set(sessionId, change);
    return change;
  }

  #notify(): void {
    this.#timer = undefined;
    const changes = [...this.#pending].map(([sessionId, change]) => ({ sessionId, ...change }));
    // The start of a session must not delay its first records.
    if (changes.some(({ records }) => records)) this.#notifiedAt = performance.now();
    this.#pending.clear();
    for (const listener of this.#listeners) listener(changes);
  }
}
