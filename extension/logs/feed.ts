import {
  levelKeys,
  type Details,
  type Filter,
  type Rows,
  type ToPanel,
} from "../../webviews/logs/messages.ts";
import type { LogRecord, LogSession } from "./model.ts";
import { countsSince, detailsOf, rowOf, sessionView } from "./panelRows.ts";
import type { RecordCounts } from "./recordRing.ts";
import type { LogFilter } from "./search.ts";
import type { LogStore } from "./store.ts";

/** What a panel needs of the store of records. */
export type FeedStore = Pick<
  LogStore,
  "sessions" | "isLoaded" | "load" | "span" | "records" | "record" | "counts" | "query" | "onChange"
>;

/** What one panel shows of the store. */
export interface LogFeed {
  /** Shows a session through a filter; settles with an ordinal, as `look` in the messages says. */
  readonly look: (session: string | undefined, filter: Filter, near: number | undefined) => Promise<number>;
  readonly rows: (generation: number, from: number, count: number) => Rows;
  readonly details: (seq: number) => Details;
  readonly pause: (on: boolean) => void;
  /** Hides the records that have come so far; the store keeps them. */
  readonly clear: () => void;
  /** The session that is shown. */
  readonly session: () => LogSession | undefined;
  readonly record: (seq: number) => LogRecord | undefined;
  /** The shown records from the first ordinal to before the second, all without them, in portions. */
  readonly shown: (from?: number, to?: number) => Iterable<readonly LogRecord[]>;
  /** The ordinal of the first row at or after a record. */
  readonly ordinalOf: (seq: number) => number;
  readonly dispose: () => void;
}

const betweenStatesMs = 34;
const portion = 2000;
const tailRows = 60;
const windowLimit = 1000;

/**
 * Follows the store for a panel: tells it at most thirty times a second what there is, and gives it
 * rows when it asks.
 */
export function createLogFeed(store: FeedStore, send: (message: ToPanel) => void): LogFeed {
  let wanted: string | undefined;
  let session: string | undefined;
  let filter: Filter = { hidden: [], source: undefined, text: "", regex: false };
  let generation = 0;
  /** Numbers of the records that pass; undefined when all do. */
  let matches: number[] | undefined;
  /** The records before this one have been looked at for `matches`. */
  let next = 0;
  /** No record from this one on is shown while paused. */
  let until: number | undefined;
  const cleared = new Map<string, { readonly seq: number; readonly counts: RecordCounts }>();
  let timer: NodeJS.Timeout | undefined;
  let sentAt = -Infinity;
  let sentSessions = "";
  let disposed = false;

  const current = (): LogSession | undefined => store.sessions().find(({ id }) => id === session);
  const clearing = () => cleared.get(session ?? "");

  /** The records that may be shown: from `first` to before `end`; `all` is the end without a pause. */
  const range = () => {
    const span = store.span(session ?? "");
    const first = Math.min(span.end, Math.max(span.first, clearing()?.seq ?? 0));
    const end = until === undefined ? span.end : Math.max(first, Math.min(until, span.end));
    return { first, end, all: span.end };
  };

  const found = (from: number): Iterable<number> => {
    try {
      return store.query(session ?? "", queryOf(filter), from);
    } catch {
      // A wrong regular expression, of which the page has told the user.
      return [];
    }
  };

  /** Looks which of the new records pass. */
  const read = (): void => {
    if (session === undefined || !matches) return;
    const { first, end } = range();
    const from = Math.max(first, next);
    // The last one may have got more lines since, and pass now.
    while ((matches.at(-1) ?? -1) >= from) matches.pop();
    for (const seq of found(from)) {
      if (seq >= end) break;
      matches.push(seq);
    }
    next = Math.max(first, end - 1);
  };

  /** Ordinals of the rows that are there. */
  const ordinals = () => {
    const { first, end } = range();
    return matches ? { first: lowerBound(matches, first), end: matches.length } : { first, end };
  };

  const recordsAt = (from: number, to: number): readonly LogRecord[] => {
    const id = session;
    if (id === undefined || to <= from) return [];
    if (!matches) return store.records(id, from, to - from);
    return matches.slice(from, to).flatMap((seq) => store.record(id, seq) ?? []);
  };

  const window = (from: number, count: number): Rows => {
    const there = ordinals();
    const begin = Math.max(there.first, from);
    const end = Math.min(there.end, from + count);
    const before = begin > there.first ? 1 : 0;
    const startedAt = current()?.startedAt ?? 0;
    const rows = recordsAt(begin - before, end).map((record, index, all) =>
      rowOf(record, all[index - 1], startedAt),
    );
    return { generation, from: begin, rows: rows.slice(before) };
  };

  const sendSessions = (): void => {
    const views = store.sessions().map(sessionView);
    const now = JSON.stringify(views);
    if (now === sentSessions) return;
    sentSessions = now;
    send({ kind: "sessions", sessions: views });
  };

  const sendState = (): void => {
    const there = ordinals();
    const { first, end, all } = range();
    const counts = countsSince(store.counts(session ?? ""), clearing()?.counts);
    sentAt = performance.now();
    send({
      kind: "state",
      generation,
      session,
      ...there,
      total: end - first,
      ...counts,
      paused: until !== undefined,
      waiting: all - end,
      tail: window(Math.max(there.first, there.end - tailRows), tailRows),
    });
  };

  const tell = (): void => {
    clearTimeout(timer);
    timer = undefined;
    if (disposed) return;
    choose();
    read();
    sendSessions();
    sendState();
  };
  const soon = (): void => {
    timer ??= setTimeout(tell, Math.max(0, sentAt + betweenStatesMs - performance.now()));
  };

  /** Goes to the newest session when no other is wanted; true when that is another than before. */
  const choose = (): void => {
    const all = store.sessions();
    const chosen = all.find(({ id }) => id === wanted) ?? all[0];
    if (chosen?.id === session) return;
    // A session that begins is shown, unless the user holds another one still.
    if (until !== undefined && all.some(({ id }) => id === session)) return;
    session = chosen?.id;
    begin();
    if (chosen && !store.isLoaded(chosen.id)) void store.load(chosen.id);
  };

  const begin = (): void => {
    generation += 1;
    until = undefined;
    matches = isOpen(filter) ? undefined : [];
    next = 0;
  };

  const ordinalOf = (seq: number): number => {
    const there = ordinals();
    const at = matches ? lowerBound(matches, seq) : seq;
    return Math.min(Math.max(there.first, at), Math.max(there.first, there.end - 1));
  };

  const recordOf = (seq: number): LogRecord | undefined =>
    session === undefined ? undefined : store.record(session, seq);

  const ignore = store.onChange(soon);
  return {
    look: async (nextSession, nextFilter, near) => {
      wanted = nextSession;
      filter = nextFilter;
      choose();
      begin();
      if (session !== undefined) await store.load(session);
      // The page may be a new one.
      sentSessions = "";
      tell();
      return near === undefined ? ordinals().first : ordinalOf(near);
    },
    rows: (asked, from, count) => {
      if (asked !== generation) throw new Error("the filter has changed");
      return window(from, Math.min(count, windowLimit));
    },
    details: (seq) => {
      const record = recordOf(seq);
      if (!record) throw new Error("the record is no longer kept; it is in the raw file");
      return detailsOf(record);
    },
    pause: (on) => {
      until = on ? range().all : undefined;
      tell();
    },
    clear: () => {
      if (session === undefined) return;
      cleared.set(session, { seq: range().all, counts: store.counts(session) });
      begin();
      tell();
    },
    session: current,
    record: recordOf,
    *shown(from, to) {
      const there = ordinals();
      const end = Math.min(there.end, to ?? there.end);
      for (let at = Math.max(there.first, from ?? there.first); at < end; at += portion)
        yield recordsAt(at, Math.min(end, at + portion));
    },
    ordinalOf,
    dispose: () => {
      disposed = true;
      clearTimeout(timer);
      ignore();
    },
  };
}

function isOpen({ hidden, source, text }: Filter): boolean {
  return hidden.length === 0 && source === undefined && text === "";
}

function queryOf({ hidden, source, text, regex }: Filter): LogFilter {
  return {
    ...(hidden.length > 0 && { levels: levelKeys.filter((level) => !hidden.includes(level)) }),
    ...(source !== undefined && { sources: [source] }),
    text,
    regex,
  };
}

function lowerBound(numbers: readonly number[], least: number): number {
  let [low, high] = [0, numbers.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((numbers[middle] ?? 0) < least) low = middle + 1;
    else high = middle;
  }
  return low;
}
