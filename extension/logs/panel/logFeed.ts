import {
  emptyFilter,
  type ClearedSession,
  type RowDetails,
  type RecordFilter,
  type LogRows,
  type LogsState,
  type ToLogsPage,
} from "../../protocol/logs.ts";
import type { CrashExplanation } from "../crash/crashExplanation.ts";
import { createDhcpNotice } from "../crash/dhcpNotice.ts";
import { createCrashExplainer } from "../crash/sessionCrash.ts";
import type { LogRecord, LogSession } from "../model.ts";
import { createEndpointReader } from "./endpoint.ts";
import { FilteredRows, isUnfiltered, type RowRange } from "./filteredRows.ts";
import { countsSince, toCrashView, toRowDetails, toLogRow, toSessionView } from "./panelRows.ts";
import type { RecordCounts } from "../store/recordBuffer.ts";
import type { LogStore } from "../store/logStore.ts";
import { t } from "../../protocol/l10n.ts";

/** The part of the log store that a panel uses. */
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

/** What a panel asks to see. */
export interface LogSelection {
  /** The session's id; `undefined` for the newest session. */
  readonly session: string | undefined;
  readonly filter: RecordFilter;
  /** The record to scroll to; `undefined` for the end. */
  readonly near?: number | undefined;
  /** The record that has the keyboard focus. */
  readonly active?: number | undefined;
  /** Sessions that an earlier page cleared. */
  readonly cleared?: readonly ClearedSession[];
}

const stateIntervalMs = 34;
const portionSize = 2000;
const tailRows = 60;
/** The rows around a scroll target: as many as the tallest screen shows, and some above. */
const targetRows = 160;
const rowsAboveTarget = 20;
const maxRequestedRows = 1000;

/**
 * Feeds one panel from the store: sends it the state at most thirty times a second, and returns the rows
 * that it requests.
 */
export class LogFeed {
  readonly #store: FeedStore;
  readonly #send: (message: ToLogsPage) => void;
  readonly #explainCrash: (session: LogSession | undefined) => CrashExplanation | undefined;
  readonly #dhcpNotice: (session: LogSession | undefined) => CrashExplanation | undefined;
  readonly #endpoint: ReturnType<typeof createEndpointReader>;
  readonly #stopListening: () => void;
  /** The session that the page asked for; `undefined` for the newest. */
  #requestedSession: string | undefined;
  /** The session that is shown. */
  #session: string | undefined;
  #filter: RecordFilter = emptyFilter;
  /** Counts the filters and sessions shown; ordinals of one generation are invalid in the next. */
  #generation = 0;
  #rows = new FilteredRows(emptyFilter, () => []);
  /** While paused, records from this number on are not shown. */
  #pausedAt: number | undefined;
  /** Keyed by session; records before this number are hidden. */
  readonly #cleared = new Map<string, number>();
  #clearedCounts: { readonly key: string; readonly counts: RecordCounts } | undefined;
  #timer: NodeJS.Timeout | undefined;
  #sentAt = -Infinity;
  #sentSessions = "";
  /** Counts the selections, because another one may be requested while a session is being loaded. */
  #selections = 0;
  #isDisposed = false;

  constructor(store: FeedStore, send: (message: ToLogsPage) => void) {
    this.#store = store;
    this.#send = send;
    this.#explainCrash = createCrashExplainer(store);
    this.#dhcpNotice = createDhcpNotice(store);
    this.#endpoint = createEndpointReader(store);
    this.#stopListening = store.onChange(() => this.#sendSoon());
  }

  /**
   * Shows a session through a filter. Sends the state with the rows around the scroll target, then resolves
   * with the ordinal of the first row at or after `near`, or of the first row.
   */
  async select({ session, filter, near, active, cleared = [] }: LogSelection): Promise<number> {
    const selection = (this.#selections += 1);
    for (const each of cleared) {
      if (!this.#cleared.has(each.session)) this.#cleared.set(each.session, each.seq);
    }
    this.#requestedSession = session;
    this.#filter = filter;
    this.#chooseSession();
    this.#restartRows();
    // The page may be a new one.
    this.#sentSessions = "";
    const chosen = this.#session;
    if (chosen !== undefined) {
      if (!this.#store.isLoaded(chosen)) this.#sendNow();
      await this.#store.load(chosen);
    }
    if (selection !== this.#selections) return this.#ordinals().first;
    this.#sendNow(() => this.#scrollTarget(near, active));
    return near === undefined ? this.#ordinals().first : this.#ordinalOf(near);
  }

  /** Throws if the ordinals of this generation are no longer valid. */
  checkGeneration(generation: number): void {
    if (generation !== this.#generation) throw new Error(t("The rows have changed. Try again."));
  }

  /** Rows of a page; throws if the generation is no longer valid. */
  rows(generation: number, from: number, count: number): LogRows {
    this.checkGeneration(generation);
    return this.#rowsAt(from, Math.min(count, maxRequestedRows));
  }

  /** What an expanded row shows; throws if the record is no longer stored. */
  details(seq: number): RowDetails {
    const record = this.record(seq);
    if (!record) throw new Error(t("The record is no longer in memory; see the raw console file."));
    return this.#rows.withHits((findHits) => toRowDetails(record, findHits));
  }

  pause(on: boolean): void {
    this.#pausedAt = on ? this.#range().all : undefined;
    this.#sendNow();
  }

  /** Hides the records so far; the store keeps them. */
  clear(): void {
    if (this.#session === undefined) return;
    this.#cleared.set(this.#session, this.#range().all);
    this.#pausedAt = undefined;
    this.#restartRows();
    this.#sendNow();
  }

  /** The session that is shown. */
  session(): LogSession | undefined {
    return this.#store.sessions().find(({ id }) => id === this.#session);
  }

  /** A record of the session that is shown. */
  record(seq: number): LogRecord | undefined {
    return this.#session === undefined ? undefined : this.#store.record(this.#session, seq);
  }

  /** The shown records in rows `from` to before `to` (by default all rows), in portions. */
  *shownRecords(from?: number, to?: number): Iterable<readonly LogRecord[]> {
    const available = this.#ordinals();
    const end = Math.min(available.end, to ?? available.end);
    for (let at = Math.max(available.first, from ?? available.first); at < end; at += portionSize)
      yield this.#recordsAt(at, Math.min(end, at + portionSize));
  }

  /** Makes the page show a record of any session or, without one, follow the end of the session. */
  reveal(session: string, seq: number | undefined): void {
    if (seq === undefined) {
      this.#send({ kind: "show", session, seq, hidden: false });
      return;
    }
    if (seq < (this.#cleared.get(session) ?? 0)) this.#cleared.set(session, 0);
    const passes = isUnfiltered(this.#filter) || (session === this.#session && this.#rows.passes(seq));
    this.#send({ kind: "show", session, seq, hidden: !passes });
  }

  /** Why the session that is shown failed or makes no progress; `undefined` if neither is known. */
  crash(): CrashExplanation | undefined {
    const session = this.session();
    return this.#explainCrash(session) ?? this.#dhcpNotice(session);
  }

  dispose(): void {
    this.#isDisposed = true;
    clearTimeout(this.#timer);
    this.#stopListening();
  }

  #sendSoon(): void {
    this.#timer ??= setTimeout(
      () => this.#sendNow(),
      Math.max(0, this.#sentAt + stateIntervalMs - performance.now()),
    );
  }

  #sendNow(scrollTarget?: () => LogsState["scrollTarget"]): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#isDisposed) return;
    this.#chooseSession();
    this.#rows.update(this.#range());
    this.#sendState(scrollTarget?.());
  }

  #sendState(place: LogsState["scrollTarget"]): void {
    const ordinals = this.#ordinals();
    const { first, end, all } = this.#range();
    const id = this.#session;
    const session = this.session();
    const counts = countsSince(this.#store.counts(id ?? ""), this.#hiddenCounts());
    const crash = this.crash();
    // The first records are sent without delay: empty states do not count as sent.
    if (ordinals.end > ordinals.first) this.#sentAt = performance.now();
    this.#send({
      kind: "state",
      // Not in a message of its own: that would be delayed separately while VS Code's window is busy.
      sessions: this.#changedSessions(),
      now: Date.now(),
      generation: this.#generation,
      session: id,
      ...ordinals,
      total: end - first,
      ...counts,
      paused: this.#pausedAt !== undefined,
      waiting: all - end,
      filterError: this.#rows.error,
      cleared: this.#clearedBefore(),
      endpoint: this.#endpoint(session),
      crash: crash && toCrashView(crash, session?.outcome?.text ?? "", toneOf(session)),
      tail: this.#rowsAt(Math.max(ordinals.first, ordinals.end - tailRows), tailRows),
      loading: id !== undefined && !this.#store.isLoaded(id),
      scrollTarget: place,
    });
  }

  /** Switches to the requested session, or to the newest if none is requested. */
  #chooseSession(): void {
    const all = this.#store.sessions();
    const chosen = all.find(({ id }) => id === this.#requestedSession) ?? all[0];
    if (chosen?.id === this.#session) return;
    // A new session is shown unless the user has paused another one.
    if (this.#pausedAt !== undefined && all.some(({ id }) => id === this.#session)) return;
    this.#session = chosen?.id;
    this.#pausedAt = undefined;
    this.#restartRows();
    if (chosen && !this.#store.isLoaded(chosen.id)) void this.#store.load(chosen.id);
  }

  #restartRows(): void {
    this.#generation += 1;
    const id = this.#session;
    this.#rows = new FilteredRows(this.#filter, (filter, from) =>
      id === undefined ? [] : this.#store.query(id, filter, from),
    );
  }

  #clearedBefore(): number {
    return this.#cleared.get(this.#session ?? "") ?? 0;
  }

  /** The records that may be shown: from `first` to before `end`. `all` is the end ignoring a pause. */
  #range(): RowRange & { readonly all: number } {
    const span = this.#store.span(this.#session ?? "");
    const first = Math.min(span.end, Math.max(span.first, this.#clearedBefore()));
    const end = this.#pausedAt === undefined ? span.end : Math.max(first, Math.min(this.#pausedAt, span.end));
    return { first, end, all: span.end };
  }

  /** The ordinals of the available rows. */
  #ordinals(): RowRange {
    return this.#rows.ordinals(this.#range());
  }

  /** The ordinal of the available row at or after a record. */
  #ordinalOf(seq: number): number {
    const { first, end } = this.#ordinals();
    return Math.min(Math.max(first, this.#rows.ordinalOf(seq)), Math.max(first, end - 1));
  }

  #recordsAt(from: number, to: number): readonly LogRecord[] {
    const id = this.#session;
    if (id === undefined || to <= from) return [];
    const numbers = this.#rows.recordNumbers(from, to);
    if (!numbers) return this.#store.records(id, from, to - from);
    return numbers.flatMap((seq) => this.#store.record(id, seq) ?? []);
  }

  #rowsAt(from: number, count: number): LogRows {
    const available = this.#ordinals();
    const begin = Math.max(available.first, from);
    const end = Math.min(available.end, from + count);
    // The row above the first one is needed for the time between them.
    const extra = begin > available.first ? 1 : 0;
    const startedAt = this.session()?.startedAt ?? 0;
    const records = this.#recordsAt(begin - extra, end);
    const rows = this.#rows.withHits((findHits) =>
      records.map((record, index) => toLogRow(record, records[index - 1], startedAt, findHits)),
    );
    return { generation: this.#generation, from: begin, rows: rows.slice(extra) };
  }

  #scrollTarget(
    near: number | undefined,
    active: number | undefined,
  ): NonNullable<LogsState["scrollTarget"]> {
    const { first, end } = this.#ordinals();
    const at = near === undefined ? undefined : this.#ordinalOf(near);
    const from = (at ?? end - targetRows + rowsAboveTarget) - rowsAboveTarget;
    return {
      near: at,
      active: active !== undefined && this.#rows.passes(active) ? this.#ordinalOf(active) : undefined,
      rows: this.#rowsAt(Math.max(first, Math.min(from, end - targetRows)), targetRows),
    };
  }

  /** The sessions, if they differ from those that were sent last. */
  #changedSessions(): LogsState["sessions"] {
    const views = this.#store.sessions().map(toSessionView);
    const now = JSON.stringify(views);
    if (now === this.#sentSessions) return undefined;
    this.#sentSessions = now;
    return views;
  }

  /** Counts of the cleared records that are still stored. */
  #hiddenCounts(): RecordCounts | undefined {
    const [id, seq] = [this.#session ?? "", this.#clearedBefore()];
    const { first } = this.#store.span(id);
    if (seq <= first) return undefined;
    const key = JSON.stringify([id, seq, first]);
    if (this.#clearedCounts?.key !== key)
      this.#clearedCounts = { key, counts: this.#store.countsBefore(id, seq) };
    return this.#clearedCounts.counts;
  }
}

/** A session that failed is a failure, whatever explains it. */
const toneOf = (session: LogSession | undefined) =>
  session?.outcome?.kind === "failed" ? "failure" : "notice";
