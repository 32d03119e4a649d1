import { createLogFeed, type FeedStore, type LogFeed } from "../../extension/logs/feed.ts";
import type { Level, LogRecord, LogSession } from "../../extension/logs/model.ts";
import { levels } from "../../extension/logs/model.ts";
import type { RecordCounts } from "../../extension/logs/recordRing.ts";
import { textSearch } from "../../extension/logs/search.ts";
import { openChannel } from "../../webviews/kit/channel.ts";
import { isFromPanel, type FromPanel, type ToPanel } from "../../webviews/logs/messages.ts";
import type { View } from "./view.ts";

/** A record with what matters to a test; a line of Logs unless told otherwise. */
export function record(seq: number, change: Partial<LogRecord> = {}): LogRecord {
  const at = Date.UTC(2026, 0, 2, 3, 4, 5) + seq * 250;
  const plain = { stream: "stdout", more: [], frames: [], lead: 0, status: undefined } as const;
  const message = `message ${seq}`;
  return {
    seq,
    receivedAt: at,
    loggedAt: at,
    kind: "log",
    level: "info",
    source: "application",
    message,
    ...plain,
    ...change,
  };
}

export function session(id: string, change: Partial<LogSession> = {}): LogSession {
  const startedAt = Date.UTC(2026, 0, 2, 3, 4, 5);
  const more = { endedAt: undefined, outcome: undefined, rawFile: undefined };
  return { id, name: id, unikernel: `/w/${id}/config.ml`, target: "hvt", startedAt, ...more, ...change };
}

/** A store of records that are made when they are asked for. */
export interface FakeStore extends FeedStore {
  /** Says how many records the session has now. */
  readonly grow: (id: string, end: number) => void;
  readonly add: (added: LogSession, make: (seq: number) => LogRecord, end: number) => void;
}

function countsOf(records: readonly LogRecord[]): RecordCounts {
  const counted: Record<Level | "other", number> = {
    app: 0,
    error: 0,
    warning: 0,
    info: 0,
    debug: 0,
    other: 0,
  };
  const sources = new Map<string, number>();
  for (const { level, source } of records) {
    counted[level ?? "other"] += 1;
    if (source !== undefined) sources.set(source, (sources.get(source) ?? 0) + 1);
  }
  return { levels: counted, sources };
}

export function fakeStore(): FakeStore {
  const all = new Map<string, { session: LogSession; make: (seq: number) => LogRecord; end: number }>();
  const listeners = new Set<() => void>();
  const changed = () => listeners.forEach((listener) => listener());
  const records: FeedStore["records"] = (id, from, count) => {
    const found = all.get(id);
    if (!found) return [];
    const length = Math.max(0, Math.min(found.end - from, count));
    return Array.from({ length }, (_, index) => found.make(from + index));
  };
  const everything = (id: string) => records(id, 0, all.get(id)?.end ?? 0);
  const keyOf = ({ level }: LogRecord) => level ?? "other";
  return {
    sessions: () =>
      [...all.values()].map((each) => each.session).toSorted((a, b) => b.startedAt - a.startedAt),
    isLoaded: () => true,
    load: () => Promise.resolve(),
    span: (id) => ({ first: 0, end: all.get(id)?.end ?? 0 }),
    records,
    record: (id, seq) => records(id, seq, 1)[0],
    counts: (id) => countsOf(everything(id)),
    countsBefore: (id, seq) => countsOf(everything(id).filter((each) => each.seq < seq)),
    query: (id, filter, from = 0) => {
      const search = textSearch(filter);
      const wanted = new Set<string>(filter.levels ?? [...levels, "other"]);
      const found = everything(id).filter(
        (each) =>
          each.seq >= from &&
          wanted.has(keyOf(each)) &&
          (filter.sources === undefined || filter.sources.includes(each.source ?? "")) &&
          !filter.hiddenSources?.includes(each.source ?? "") &&
          (search === undefined || search.inText([each.message, ...each.more].join("\n"))),
      );
      return Uint32Array.from(found, ({ seq }) => seq);
    },
    onChange: (listener) => {
      const told = () => listener([]);
      listeners.add(told);
      return () => listeners.delete(told);
    },
    add: (added, make, end) => {
      all.set(added.id, { session: added, make, end });
      changed();
    },
    grow: (id, end) => {
      const found = all.get(id);
      if (found) found.end = end;
      changed();
    },
  };
}

/** The extension's side of a panel in a test: the product's feed on a fake store. */
export interface LogHost {
  readonly feed: LogFeed;
  /** What the panel asked for beyond rows, as messages. */
  readonly asked: FromPanel[];
  readonly dispose: () => void;
}

/** Answers the page's messages: those of now, and those it sent before. */
export function logHost(view: View, store: FeedStore): LogHost {
  const asked: FromPanel[] = [];
  const before = [...view.sent];
  const onMessage: View["onSent"] = (listener) => {
    // When the feed below is there.
    queueMicrotask(() => before.forEach(listener));
    return view.onSent(listener);
  };
  const channel = openChannel<ToPanel, FromPanel>(
    { post: (message) => void view.post(message).catch(() => {}), onMessage },
    {
      incoming: isFromPanel,
      handle: (message) => {
        switch (message.kind) {
          case "look":
            return feed.look(message.session, message.filter, message.near, message.cleared, message.active);
          case "rows":
            return feed.rows(message.generation, message.from, message.count);
          case "details":
            return feed.details(message.seq);
          case "pause":
            feed.pause(message.on);
            return;
          case "clear":
            feed.clear();
            return;
          case "callSite":
          case "copy":
          case "crash":
          case "frame":
          case "raw":
          case "save":
            asked.push(message);
            return `did ${message.kind}`;
        }
      },
      onStray: (reason) => {
        throw new Error(reason);
      },
    },
  );
  const feed = createLogFeed(store, channel.tell);
  return {
    feed,
    asked,
    dispose: () => {
      feed.dispose();
      channel.dispose();
    },
  };
}
