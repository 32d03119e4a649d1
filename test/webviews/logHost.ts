import { LogFeed, type FeedStore } from "../../extension/logs/panel/logFeed.ts";
import type { Level } from "../../extension/ocaml/logs/levels.ts";
import type { LogRecord, LogSession } from "../../extension/logs/model.ts";
import { levels } from "../../extension/ocaml/logs/levels.ts";
import type { RecordCounts } from "../../extension/logs/store/recordBuffer.ts";
import { createTextSearch } from "../../extension/logs/store/search.ts";
import { openChannel } from "../../extension/protocol/channel.ts";
import { isFromLogsPage, type FromLogsPage, type ToLogsPage } from "../../extension/protocol/logs.ts";
import type { View } from "./view.ts";

/** Creates a log record with the given changes. */
export function record(seq: number, change: Partial<LogRecord> = {}): LogRecord {
  const at = Date.UTC(2026, 0, 2, 3, 4, 5) + seq * 250;
  const plain = { stream: "stdout", more: [], frames: [], prefixLength: 0, status: undefined } as const;
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

/** Creates a session with the given changes. */
export function session(id: string, change: Partial<LogSession> = {}): LogSession {
  const startedAt = Date.UTC(2026, 0, 2, 3, 4, 5);
  const more = { endedAt: undefined, outcome: undefined, rawFile: undefined };
  return { id, name: id, unikernel: `/w/${id}/config.ml`, target: "hvt", startedAt, ...more, ...change };
}

/** A store whose records are created on request. */
export interface FakeStore extends FeedStore {
  /** Sets how many records the session has. */
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

/** Creates a store without sessions. */
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
    query: (id, filter, from) => {
      const search = createTextSearch(filter);
      const passingLevels = new Set<string>(filter.levels ?? [...levels, "other"]);
      const found = everything(id).filter(
        (each) =>
          each.seq >= (from ?? 0) &&
          passingLevels.has(keyOf(each)) &&
          (filter.sources === undefined || filter.sources.includes(each.source ?? "")) &&
          !filter.hiddenSources?.includes(each.source ?? "") &&
          (search === undefined || search.inText([each.message, ...each.more].join("\n"))),
      );
      return Uint32Array.from(found, ({ seq }) => seq);
    },
    onChange: (listener) => {
      const notify = () => listener([]);
      listeners.add(notify);
      return () => listeners.delete(notify);
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

/** The extension's side of a panel in a test: the real feed on a fake store. */
export interface LogHost {
  readonly feed: LogFeed;
  /** The messages of the page that the feed does not handle. */
  readonly received: FromLogsPage[];
  readonly dispose: () => void;
}

/** Connects to a page. Also handles the messages that it sent before. */
export function logHost(view: View, store: FeedStore): LogHost {
  const received: FromLogsPage[] = [];
  const earlierMessages = [...view.sent];
  const onMessage: View["onSent"] = (listener) => {
    // Deferred until the feed below exists.
    queueMicrotask(() => earlierMessages.forEach(listener));
    return view.onSent(listener);
  };
  const channel = openChannel<ToLogsPage, FromLogsPage>(
    { post: (message) => void view.post(message).catch(() => {}), onMessage },
    {
      incoming: isFromLogsPage,
      handle: (message) => {
        switch (message.kind) {
          case "select":
            return feed.select(message);
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
          case "stopAtCallSite":
            received.push(message);
            return `did ${message.kind}`;
        }
      },
      onError: (reason) => {
        throw new Error(reason);
      },
    },
  );
  const feed = new LogFeed(store, channel.notify);
  return {
    feed,
    received,
    dispose: () => {
      feed.dispose();
      channel.dispose();
    },
  };
}
