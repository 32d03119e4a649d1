import type { Row, Rows } from "./messages.ts";

export interface RowCache {
  readonly get: (ordinal: number) => Row | undefined;
  /** Takes rows in, unless they are of another generation. */
  readonly put: (rows: Rows) => void;
  /** Forgets all rows: their ordinals mean others now. */
  readonly begin: (generation: number) => void;
  /** Forgets rows from this one on: they may have got more lines. */
  readonly outdate: (from: number) => void;
  /** Fetches what is missing of the rows from `from` to before `to`, and some around them. */
  readonly want: (from: number, to: number, first: number, end: number) => void;
}

const kept = 4000;
const margin = 60;

/**
 * The rows near what is seen. `fetch` asks for rows and `arrived` is called when some have come; one
 * question is open at a time, and the next is for what is seen then, however far that is scrolled.
 */
export function createRowCache(
  fetch: (generation: number, from: number, count: number) => Promise<Rows>,
  arrived: () => void,
): RowCache {
  const rows = new Map<number, Row>();
  let generation = -1;
  let asking = false;
  let next: (() => void) | undefined;

  const put = (given: Rows): void => {
    if (given.generation !== generation) return;
    given.rows.forEach((row, index) => rows.set(given.from + index, row));
  };

  const forgetFar = (from: number, to: number): void => {
    if (rows.size <= kept) return;
    for (const ordinal of rows.keys()) {
      if (ordinal < from - kept / 4 || ordinal > to + kept / 4) rows.delete(ordinal);
    }
  };

  const ask = async (from: number, count: number): Promise<void> => {
    asking = true;
    try {
      put(await fetch(generation, from, count));
      arrived();
    } catch {
      // The filter changed meanwhile; what it shows now is asked for by its own turn.
    } finally {
      asking = false;
      next?.();
    }
  };

  const want: RowCache["want"] = (from, to, first, end) => {
    next = undefined;
    let begin = from;
    while (begin < to && rows.has(begin)) begin += 1;
    if (begin >= to) return;
    let stop = to;
    while (stop > begin && rows.has(stop - 1)) stop -= 1;
    if (asking) {
      next = () => want(from, to, first, end);
      return;
    }
    forgetFar(from, to);
    begin = Math.max(first, begin - margin);
    void ask(begin, Math.min(end, stop + margin) - begin);
  };

  return {
    get: (ordinal) => rows.get(ordinal),
    put,
    begin: (now) => {
      generation = now;
      rows.clear();
    },
    outdate: (from) => {
      for (const ordinal of rows.keys()) if (ordinal >= from) rows.delete(ordinal);
    },
    want,
  };
}
