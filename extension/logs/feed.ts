import {
  levelKeys,
  type Details,
  type Filter,
  type Rows,
  type State,
  type ToPanel,
} from "../../webviews/logs/messages.ts";
import type { LogRecord, LogSession } from "./model.ts";
import { detailsOf, matcher, rowOf, sessionView } from "./panelRows.ts";

/** What a panel needs of the store of records. */
export interface FeedStore {
  /** All sessions there are, in any order. */
  readonly sessions: () => readonly LogSession[];
  /** The records that are kept: from `first` to before `end`. */
  readonly range: (session: string) => { readonly first: number; readonly end: number };
  /** Records by their numbers; fewer where there are none. */
  readonly records: (session: string, from: number, count: number) => readonly LogRecord[];
  readonly onChange: (listener: () => void) => { dispose: () => void };
}

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
const sliceMs = 12;
const sliceRecords = 2000;
const tailRows = 60;

/** Counts what a session has, as far as it has been read. */
interface Tally {
  next: number;
  levels: number[];
  sources: Map<string, number>;
}

/**
 * Follows the store for a panel: tells it at most thirty times a second what there is, and gives it
 * rows when it asks. Records are filtered as they come, in slices that let others work in between.
 */
export function createLogFeed(store: FeedStore, send: (message: ToPanel) => void): LogFeed {
  let wanted: string | undefined;
  let session: string | undefined;
  let filter: Filter = { hidden: [], source: undefined, text: "", regex: false };
  let passes = matcher(filter);
  let generation = 0;
  /** Numbers of the records that pass; undefined when all do. */
  let matches: number[] | undefined;
  let tally = emptyTally(0);
  /** Where reading stops while paused. */
  let until: number | undefined;
  const cleared = new Map<string, number>();
  let timer: NodeJS.Timeout | undefined;
  let sentAt = -Infinity;
  let sentSessions = "";
  let whenRead: (() => void)[] = [];
  let disposed = false;

  const range = () => {
    const { first, end } = session === undefined ? { first: 0, end: 0 } : store.range(session);
    const from = Math.min(end, Math.max(first, cleared.get(session ?? "") ?? 0));
    return { first: from, end: until === undefined ? end : Math.max(from, Math.min(until, end)), all: end };
  };

  /** Reads new records for some milliseconds; true when there are more. */
  const read = (): boolean => {
    if (session === undefined) return false;
    const { first, end } = range();
    tally.next = Math.max(tally.next, first);
    const deadline = performance.now() + sliceMs;
    while (tally.next < end) {
      const records = store.records(session, tally.next, Math.min(sliceRecords, end - tally.next));
      if (records.length === 0) break;
      for (const record of records) {
        include(tally, record);
        if (matches && passes(record)) matches.push(record.seq);
      }
      tally.next = (records.at(-1)?.seq ?? tally.next) + 1;
      if (performance.now() > deadline) return tally.next < end;
    }
    return false;
  };

  /** Ordinals of the rows that are there. */
  const ordinals = () => {
    const { first } = range();
    return matches
      ? { first: lowerBound(matches, first), end: matches.length }
      : { first: Math.min(first, tally.next), end: tally.next };
  };

  const recordsAt = (from: number, to: number): readonly LogRecord[] => {
    if (session === undefined || to <= from) return [];
    if (!matches) return store.records(session, from, to - from);
    const found: LogRecord[] = [];
    for (let at = from; at < to; at += 1) {
      const seq = matches[at];
      const [record] = seq === undefined ? [] : store.records(session, seq, 1);
      if (record) found.push(record);
    }
    return found;
  };

  const window = (from: number, count: number): Rows => {
    const there = ordinals();
    const begin = Math.max(there.first, from);
    const end = Math.min(there.end, from + count);
    const before = begin > there.first ? 1 : 0;
    const records = recordsAt(begin - before, end);
    const startedAt = current()?.startedAt ?? 0;
    const rows = records.map((record, index) => rowOf(record, records[index - 1], startedAt));
    return { generation, from: begin, rows: rows.slice(before) };
  };

  const current = (): LogSession | undefined => store.sessions().find(({ id }) => id === session);

  const sendSessions = (): void => {
    const views = newestFirst(store.sessions()).map(sessionView);
    const now = JSON.stringify(views);
    if (now === sentSessions) return;
    sentSessions = now;
    send({ kind: "sessions", sessions: views });
  };

  const sendState = (): void => {
    const there = ordinals();
    const { first: from, end, all } = range();
    const state: State = {
      kind: "state",
      generation,
      session,
      ...there,
      total: end - Math.min(end, cleared.get(session ?? "") ?? 0),
      levels: tally.levels,
      sources: [...tally.sources]
        .map(([name, records]) => ({ name, count: records }))
        .toSorted((a, b) => b.count - a.count || a.name.localeCompare(b.name)),
      paused: until !== undefined,
      waiting: all - Math.max(end, from),
      tail: window(Math.max(there.first, there.end - tailRows), tailRows),
    };
    sentAt = performance.now();
    send(state);
  };

  const step = (): void => {
    timer = undefined;
    if (disposed) return;
    follow();
    const more = read();
    if (!more || performance.now() - sentAt >= betweenStatesMs) {
      sendSessions();
      sendState();
    }
    if (more) timer = setTimeout(step, 0);
    else for (const done of whenRead.splice(0)) done();
  };

  const soon = (): void => {
    timer ??= setTimeout(step, Math.max(0, sentAt + betweenStatesMs - performance.now()));
  };
  const now = (): void => {
    clearTimeout(timer);
    step();
  };

  /** Goes to the newest session when no other is wanted. */
  const follow = (): void => {
    const all = newestFirst(store.sessions());
    const chosen = all.find(({ id }) => id === wanted) ?? all[0];
    if (chosen?.id === session) return;
    // A session that begins is shown, unless the user holds another one still.
    if (until !== undefined && all.some(({ id }) => id === session)) return;
    session = chosen?.id;
    begin();
  };

  const begin = (): void => {
    generation += 1;
    until = undefined;
    tally = emptyTally(range().first);
    matches = isOpen(filter) ? undefined : [];
  };

  const listening = store.onChange(soon);
  const ordinalOf = (seq: number): number => {
    const there = ordinals();
    const at = matches ? lowerBound(matches, seq) : seq;
    return Math.min(Math.max(there.first, at), Math.max(there.first, there.end - 1));
  };

  return {
    look: async (next, nextFilter, near) => {
      wanted = next;
      filter = nextFilter;
      passes = matcher(filter);
      const all = newestFirst(store.sessions());
      session = (all.find(({ id }) => id === wanted) ?? all[0])?.id;
      begin();
      sentSessions = "";
      // What was asked before and has not been read yet is settled with what is read now.
      await new Promise<void>((resolve) => {
        whenRead.push(resolve);
        now();
      });
      return near === undefined ? ordinals().first : ordinalOf(near);
    },
    rows: (asked, from, count) => {
      if (asked !== generation) throw new Error("the filter has changed");
      return window(from, Math.min(count, 1000));
    },
    details: (seq) => {
      const record = session === undefined ? undefined : store.records(session, seq, 1)[0];
      if (record?.seq !== seq) throw new Error("the record is no longer kept; it is in the raw file");
      return detailsOf(record);
    },
    pause: (on) => {
      until = on ? range().all : undefined;
      now();
    },
    clear: () => {
      if (session === undefined) return;
      cleared.set(session, range().all);
      begin();
      now();
    },
    session: current,
    record: (seq) => {
      const record = session === undefined ? undefined : store.records(session, seq, 1)[0];
      return record?.seq === seq ? record : undefined;
    },
    *shown(from, to) {
      const there = ordinals();
      const end = Math.min(there.end, to ?? there.end);
      for (let at = Math.max(there.first, from ?? there.first); at < end; at += sliceRecords)
        yield recordsAt(at, Math.min(end, at + sliceRecords));
    },
    ordinalOf,
    dispose: () => {
      disposed = true;
      clearTimeout(timer);
      listening.dispose();
      for (const done of whenRead.splice(0)) done();
    },
  };
}

function newestFirst(sessions: readonly LogSession[]): readonly LogSession[] {
  return sessions.toSorted((a, b) => b.startedAt - a.startedAt);
}

function emptyTally(next: number): Tally {
  return { next, levels: levelKeys.map(() => 0), sources: new Map() };
}

function include(tally: Tally, { level, source }: LogRecord): void {
  const index = level === undefined ? levelKeys.length - 1 : levelKeys.indexOf(level);
  tally.levels[index] = (tally.levels[index] ?? 0) + 1;
  if (source !== undefined) tally.sources.set(source, (tally.sources.get(source) ?? 0) + 1);
}

function isOpen({ hidden, source, text }: Filter): boolean {
  return hidden.length === 0 && source === undefined && text === "";
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
