import type { LogRow, LogRows } from "../../../extension/protocol/logs.ts";

export interface RowCache {
  readonly get: (ordinal: number) => LogRow | undefined;
  /** Adds rows, unless they belong to another generation. */
  readonly put: (rows: LogRows) => void;
  /** Drops all rows, because a new generation has other ordinals. */
  readonly reset: (generation: number) => void;
  /** Drops the rows from this one on, which may have more lines next. */
  readonly dropFrom: (from: number) => void;
  /** Fetches the missing rows from `from` to before `to`, with a margin, within `first` to before `end`. */
  readonly ensure: (from: number, to: number, first: number, end: number) => void;
}

const maxRows = 4000;
const margin = 60;

/**
 * Caches the rows around the visible ones. `fetch` requests rows, and `arrived` is called when some arrive. Only
 * one request is pending at a time; the next one is for the rows that are visible then.
 */
export function createRowCache(
  fetch: (generation: number, from: number, count: number) => Promise<LogRows>,
  arrived: () => void,
): RowCache {
  const rows = new Map<number, LogRow>();
  let generation = -1;
  let isFetching = false;
  let next: (() => void) | undefined;

  const put = (added: LogRows): void => {
    if (added.generation !== generation) return;
    added.rows.forEach((row, index) => rows.set(added.from + index, row));
  };

  const dropDistantRows = (from: number, to: number): void => {
    if (rows.size <= maxRows) return;
    for (const ordinal of rows.keys()) {
      if (ordinal < from - maxRows / 4 || ordinal > to + maxRows / 4) rows.delete(ordinal);
    }
  };

  const fetchRows = async (from: number, count: number): Promise<void> => {
    isFetching = true;
    try {
      put(await fetch(generation, from, count));
      arrived();
    } catch {
      // The filter has changed meanwhile, and its own state requests the new rows.
    } finally {
      isFetching = false;
      next?.();
    }
  };

  const ensure: RowCache["ensure"] = (from, to, first, end) => {
    next = undefined;
    let begin = from;
    while (begin < to && rows.has(begin)) begin += 1;
    if (begin >= to) return;
    let stop = to;
    while (stop > begin && rows.has(stop - 1)) stop -= 1;
    if (isFetching) {
      next = () => ensure(from, to, first, end);
      return;
    }
    dropDistantRows(from, to);
    begin = Math.max(first, begin - margin);
    void fetchRows(begin, Math.min(end, stop + margin) - begin);
  };

  return {
    get: (ordinal) => rows.get(ordinal),
    put,
    reset: (newGeneration) => {
      generation = newGeneration;
      rows.clear();
    },
    dropFrom: (from) => {
      for (const ordinal of rows.keys()) if (ordinal >= from) rows.delete(ordinal);
    },
    ensure,
  };
}
