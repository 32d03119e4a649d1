import {
  openFilter,
  type Clearing,
  type Details,
  type Filter,
  type Rows,
  type State,
  type ToPanel,
} from "../../webviews/logs/messages.ts";
import type { Crash } from "./crashRule.ts";
import { crashReader } from "./crashOf.ts";
import type { LogRecord, LogSession } from "./model.ts";
import { createPassing, isOpen } from "./passing.ts";
import { countsSince, crashView, detailsOf, rowOf, sessionView } from "./panelRows.ts";
import type { RecordCounts } from "./recordRing.ts";
import type { LogStore } from "./store.ts";
import { t } from "../platform/l10n.ts";

/** What a panel needs of the store of records. */
export type FeedStore = Pick<
  LogStore,
  | "sessions"
  | "isLoaded"
  | "load"
  | "span"
  | "records"
  | "record"
  | "counts"
  | "countsBefore"
  | "query"
  | "onChange"
>;

/** What one panel shows of the store. */
export interface LogFeed {
  /** Shows a session through a filter; settles with an ordinal, as `look` in the messages says. */
  readonly look: (
    session: string | undefined,
    filter: Filter,
    near: number | undefined,
    cleared?: readonly Clearing[],
    active?: number,
  ) => Promise<number>;
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
  /** Throws when ordinals of this generation mean other rows now. */
  readonly expect: (generation: number) => void;
  /** Tells the page to go to a record of a session, whatever is shown now. */
  readonly show: (session: string, seq: number) => void;
  /** Why the shown session failed; undefined while it runs and when it did not. */
  readonly crash: () => Crash | undefined;
  readonly dispose: () => void;
}

const betweenStatesMs = 34;
const portion = 2000;
const tailRows = 60;
/** As many as the highest screen shows, and some above. */
const placeRows = 160;
const rowsAbove = 20;
const windowLimit = 1000;

/**
 * Follows the store for a panel: tells it at most thirty times a second what there is, and gives it
 * rows when it asks.
 */
export function createLogFeed(store: FeedStore, send: (message: ToPanel) => void): LogFeed {
  let wanted: string | undefined;
  let session: string | undefined;
  let filter = openFilter;
  let generation = 0;
  let passing = createPassing(filter, () => []);
  /** No record from this one on is shown while paused. */
  let until: number | undefined;
  /** By session: records before this one are hidden. */
  const cleared = new Map<string, number>();
  let countedBefore: { readonly key: string; readonly counts: RecordCounts } | undefined;
  let timer: NodeJS.Timeout | undefined;
  let sentAt = -Infinity;
  let sentSessions = "";
  let disposed = false;

  const current = (): LogSession | undefined => store.sessions().find(({ id }) => id === session);
  const clearing = () => cleared.get(session ?? "") ?? 0;

  /** The records that may be shown: from `first` to before `end`; `all` is the end without a pause. */
  const range = () => {
    const span = store.span(session ?? "");
    const first = Math.min(span.end, Math.max(span.first, clearing()));
    const end = until === undefined ? span.end : Math.max(first, Math.min(until, span.end));
    return { first, end, all: span.end };
  };

  /** Ordinals of the rows that are there. */
  const ordinals = () => {
    const { first, end } = range();
    return passing.ordinals({ first, end });
  };

  const recordsAt = (from: number, to: number): readonly LogRecord[] => {
    const id = session;
    if (id === undefined || to <= from) return [];
    const numbers = passing.numbers(from, to);
    if (!numbers) return store.records(id, from, to - from);
    return numbers.flatMap((seq) => store.record(id, seq) ?? []);
  };

  const window = (from: number, count: number): Rows => {
    const there = ordinals();
    const begin = Math.max(there.first, from);
    const end = Math.min(there.end, from + count);
    const before = begin > there.first ? 1 : 0;
    const startedAt = current()?.startedAt ?? 0;
    const records = recordsAt(begin - before, end);
    const rows = passing.marking((find) =>
      records.map((record, index) => rowOf(record, records[index - 1], startedAt, find)),
    );
    return { generation, from: begin, rows: rows.slice(before) };
  };

  const changedSessions = (): State["sessions"] => {
    const views = store.sessions().map(sessionView);
    const now = JSON.stringify(views);
    if (now === sentSessions) return undefined;
    sentSessions = now;
    return views;
  };

  /** What the cleared records count, as far as they are still there. */
  const hiddenCounts = (): RecordCounts | undefined => {
    const [id, seq] = [session ?? "", clearing()];
    const { first } = store.span(id);
    if (seq <= first) return undefined;
    const key = JSON.stringify([id, seq, first]);
    if (countedBefore?.key !== key) countedBefore = { key, counts: store.countsBefore(id, seq) };
    return countedBefore.counts;
  };

  const reasonOf = crashReader(store);
  const crashOf = () => reasonOf(current());

  const placeOf = (near: number | undefined, active: number | undefined): NonNullable<State["place"]> => {
    const there = ordinals();
    const at = near === undefined ? undefined : ordinalOf(near);
    const from = (at ?? there.end - placeRows + rowsAbove) - rowsAbove;
    return {
      near: at,
      active: active !== undefined && passing.passes(active) ? ordinalOf(active) : undefined,
      rows: window(Math.max(there.first, Math.min(from, there.end - placeRows)), placeRows),
    };
  };

  const sendState = (place?: State["place"]): void => {
    const there = ordinals();
    const { first, end, all } = range();
    const counts = countsSince(store.counts(session ?? ""), hiddenCounts());
    const crash = crashOf();
    const outcome = current()?.outcome;
    // Nothing has been seen yet, so the first records need not wait.
    if (there.end > there.first) sentAt = performance.now();
    send({
      kind: "state",
      // In the same message: another one would take its own time through VS Code's busy window.
      sessions: changedSessions(),
      generation,
      session,
      ...there,
      total: end - first,
      ...counts,
      paused: until !== undefined,
      waiting: all - end,
      fault: passing.fault(),
      cleared: clearing(),
      crash: crash && crashView(crash, outcome?.text ?? ""),
      tail: window(Math.max(there.first, there.end - tailRows), tailRows),
      loading: session !== undefined && !store.isLoaded(session),
      place,
    });
  };

  const tell = (place?: () => State["place"]): void => {
    clearTimeout(timer);
    timer = undefined;
    if (disposed) return;
    choose();
    passing.read(range());
    sendState(place?.());
  };
  const soon = (): void => {
    timer ??= setTimeout(() => tell(), Math.max(0, sentAt + betweenStatesMs - performance.now()));
  };

  /** Goes to the newest session when no other is wanted; true when that is another than before. */
  const choose = (): void => {
    const all = store.sessions();
    const chosen = all.find(({ id }) => id === wanted) ?? all[0];
    if (chosen?.id === session) return;
    // A session that begins is shown, unless the user holds another one still.
    if (until !== undefined && all.some(({ id }) => id === session)) return;
    session = chosen?.id;
    until = undefined;
    begin();
    if (chosen && !store.isLoaded(chosen.id)) void store.load(chosen.id);
  };

  const begin = (): void => {
    generation += 1;
    const id = session;
    passing = createPassing(filter, (wish, from) => (id === undefined ? [] : store.query(id, wish, from)));
  };

  const ordinalOf = (seq: number): number => {
    const there = ordinals();
    return Math.min(Math.max(there.first, passing.ordinalOf(seq)), Math.max(there.first, there.end - 1));
  };

  const recordOf = (seq: number): LogRecord | undefined =>
    session === undefined ? undefined : store.record(session, seq);

  const ignore = store.onChange(soon);
  /** Counts the questions what to show: while a session is read, another one may be asked for. */
  let looks = 0;
  return {
    look: async (nextSession, nextFilter, near, before = [], active) => {
      const mine = (looks += 1);
      for (const each of before) if (!cleared.has(each.session)) cleared.set(each.session, each.seq);
      wanted = nextSession;
      filter = nextFilter;
      choose();
      begin();
      // The page may be a new one.
      sentSessions = "";
      if (session !== undefined && !store.isLoaded(session)) tell();
      if (session !== undefined) await store.load(session);
      if (mine !== looks) return ordinals().first;
      tell(() => placeOf(near, active));
      return near === undefined ? ordinals().first : ordinalOf(near);
    },
    rows: (asked, from, count) => {
      if (asked !== generation) throw new Error("the filter has changed");
      return window(from, Math.min(count, windowLimit));
    },
    details: (seq) => {
      const record = recordOf(seq);
      if (!record) throw new Error(t("the record is no longer kept; it is in the raw file"));
      return passing.marking((find) => detailsOf(record, find));
    },
    pause: (on) => {
      until = on ? range().all : undefined;
      tell();
    },
    clear: () => {
      if (session === undefined) return;
      cleared.set(session, range().all);
      until = undefined;
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
    expect: (asked) => {
      if (asked !== generation) throw new Error("the rows have changed meanwhile");
    },
    show: (id, seq) => {
      if (seq < (cleared.get(id) ?? 0)) cleared.set(id, 0);
      const seen = isOpen(filter) || (id === session && passing.passes(seq));
      send({ kind: "show", session: id, seq, hidden: !seen });
    },
    crash: crashOf,
    dispose: () => {
      disposed = true;
      clearTimeout(timer);
      ignore();
    },
  };
}
