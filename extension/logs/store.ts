import { randomUUID } from "node:crypto";
import { changeTeller, type LogChange } from "./changes.ts";
import { consoleParser } from "./consoleParser.ts";
import type { LogRecord, LogSession, Outcome, Stream } from "./model.ts";
import { recordRing, type RecordCounts, type RecordRing } from "./recordRing.ts";
import type { LogFilter } from "./search.ts";
import {
  createSessionFile,
  fileSize,
  removeSession,
  replay,
  storedSessions,
  type SessionFile,
} from "./sessionFiles.ts";
import { t } from "../platform/l10n.ts";

/** Takes the console of one run. */
export interface LogWriter {
  /** As it is now. */
  readonly session: LogSession;
  readonly stdout: (bytes: Uint8Array) => void;
  readonly stderr: (bytes: Uint8Array) => void;
  /** Ends the session; later calls do nothing. */
  readonly end: (outcome: Outcome) => void;
}

export interface LogStoreOptions {
  /** Where consoles are kept; without it they are in memory only. */
  readonly folder?: string | undefined;
  /** Records that are kept of a session. Default: a million. */
  readonly capacity?: number;
  /** Past sessions that are kept. Default: 20. */
  readonly keep?: number;
  /** How large the files of past sessions may be together, in bytes; the newest is always kept. Default: 500 MB. */
  readonly keepBytes?: number;
  /** How much of a console is written to its file, in bytes, asked when a session begins. Default: 100 MB. */
  readonly fileLimit?: () => number;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
  /** What could not be written or read, in words. */
  readonly onError?: (reason: string) => void;
}

export interface LogStore {
  readonly begin: (run: { name: string; unikernel: string; target: string }) => LogWriter;
  /** The newest first. */
  readonly sessions: () => readonly LogSession[];
  /** Finds the sessions of earlier windows in the folder. Never rejects. */
  readonly restore: () => Promise<void>;
  /** Whether the session's records are in memory; those of a past session come with `load`. */
  readonly isLoaded: (sessionId: string) => boolean;
  /** Reads a past session's console again. Never rejects; `onError` tells what went wrong. */
  readonly load: (sessionId: string) => Promise<void>;
  /** The records that are there have `first` to before `end`; nothing is there before `load`. */
  readonly span: (sessionId: string) => { readonly first: number; readonly end: number };
  /** Up to `count` records from the first at or after `fromSeq`, in order. */
  readonly records: (sessionId: string, fromSeq: number, count: number) => LogRecord[];
  readonly record: (sessionId: string, seq: number) => LogRecord | undefined;
  readonly counts: (sessionId: string) => RecordCounts;
  /** Of the records before this one. */
  readonly countsBefore: (sessionId: string, seq: number) => RecordCounts;
  /** Sequence numbers, in order, of the records from `fromSeq` (default: all) that pass. Throws a SyntaxError on a wrong regex. */
  readonly query: (sessionId: string, filter: LogFilter, fromSeq?: number) => Uint32Array;
  /** Forgets a past session and deletes its files. */
  readonly remove: (sessionId: string) => Promise<void>;
  /** Tells changes together, some tens of milliseconds apart. Returns what ends it. */
  readonly onChange: (listener: (changes: readonly LogChange[]) => void) => () => void;
  /** Resolves when all that ended is in files. */
  readonly settled: () => Promise<void>;
}

/** Of past sessions together, in records; beyond it the longest past are read from their files again. */
const loadedPast = 1_000_000;
const noCounts: RecordCounts = recordRing(0).counts();

interface Entry {
  session: LogSession;
  ring: RecordRing | undefined;
  loading: Promise<void> | undefined;
  /** Settles when its files are written. */
  stored: Promise<void>;
}

/** The sessions of a window and of those before it, with their records. */
export function createLogStore(options: LogStoreOptions = {}): LogStore {
  const { folder, capacity = 1_000_000, keep = 20, now = Date.now, onError = () => undefined } = options;
  const { keepBytes = 500_000_000, fileLimit = () => 100_000_000 } = options;
  const entries = new Map<string, Entry>();
  const changes = changeTeller();
  const writing = new Set<Promise<void>>();

  const newestFirst = () => [...entries.values()].sort((a, b) => b.session.startedAt - a.session.startedAt);

  const begin: LogStore["begin"] = ({ name, unikernel, target }) => {
    const startedAt = now();
    let session: LogSession = {
      id: sessionId(name, target, startedAt),
      name,
      unikernel,
      target,
      startedAt,
      endedAt: undefined,
      outcome: undefined,
      rawFile: undefined,
    };
    let file: SessionFile | undefined;
    try {
      file = folder === undefined ? undefined : createSessionFile(folder, session, fileLimit(), onError);
    } catch (error) {
      onError(t("The console of {0} is not kept in a file: {1}", name, wordsOf(error)));
    }
    session = { ...session, rawFile: file?.rawFile };
    const ring = recordRing(capacity);
    const entry: Entry = { session, ring, loading: undefined, stored: Promise.resolve() };
    entries.set(session.id, entry);
    changes.session(session.id);
    let receivedAt = startedAt;
    const parser = consoleParser({
      now: () => receivedAt,
      target,
      onRecord: (record) => {
        ring.add(record);
        changes.records(session.id, record.seq, record.seq + 1);
      },
      onUpdate: (record) => {
        ring.update(record);
        changes.records(session.id, record.seq, record.seq + 1);
      },
    });
    const take = (stream: Stream) => (bytes: Uint8Array) => {
      if (entry.session.endedAt !== undefined) return;
      receivedAt = now();
      file?.write(stream, bytes, receivedAt);
      parser[stream](bytes);
    };
    const end = (outcome: Outcome) => {
      if (entry.session.endedAt !== undefined) return;
      parser.end();
      entry.session = { ...entry.session, endedAt: now(), outcome };
      changes.session(session.id);
      if (file) entry.stored = track(file.end(entry.session));
      void track(prune());
    };
    return {
      get session() {
        return entry.session;
      },
      stdout: take("stdout"),
      stderr: take("stderr"),
      end,
    };
  };

  const track = (work: Promise<void>): Promise<void> => {
    const tracked = work.finally(() => writing.delete(tracked));
    writing.add(tracked);
    return tracked;
  };

  const remove = async (id: string) => {
    const entry = entries.get(id);
    if (entry?.session.endedAt === undefined) return;
    entries.delete(id);
    changes.session(id);
    await entry.stored;
    if (folder !== undefined) await removeSession(folder, id).catch((error) => onError(wordsOf(error)));
  };

  const prune = async () => {
    const past = newestFirst().filter((entry) => entry.session.endedAt !== undefined);
    unloadBeyond(past);
    await Promise.all(past.map((entry) => entry.stored));
    const sizes = await Promise.all(past.map(({ session }) => fileSize(session.rawFile)));
    let bytes = 0;
    const tooMany = past.filter((_, at) => {
      bytes += sizes[at] ?? 0;
      return at >= keep || (at > 0 && bytes > keepBytes);
    });
    await Promise.all(tooMany.map((entry) => remove(entry.session.id)));
  };

  const unloadBeyond = (past: readonly Entry[]) => {
    let loaded = 0;
    for (const [at, entry] of past.entries()) {
      loaded += entry.ring ? entry.ring.nextSeq - entry.ring.firstSeq : 0;
      if (at > 0 && loaded > loadedPast && entry.session.rawFile !== undefined && !entry.loading) {
        entry.ring = undefined;
        changes.session(entry.session.id);
      }
    }
  };

  const read = async (entry: Entry) => {
    const { session } = entry;
    const ring = recordRing(capacity);
    let time = session.startedAt;
    const { target } = session;
    const parser = consoleParser({ now: () => time, target, onRecord: ring.add, onUpdate: ring.update });
    try {
      await entry.stored;
      if (folder !== undefined && session.rawFile !== undefined) {
        await replay(folder, session, (stream, bytes, at) => {
          time = at;
          parser[stream](bytes);
        });
      }
    } catch (error) {
      onError(t("The console of {0} cannot be read: {1}", session.name, wordsOf(error)));
    }
    parser.end();
    entry.ring = ring;
    entry.loading = undefined;
    changes.session(session.id);
    if (ring.nextSeq > ring.firstSeq) changes.records(session.id, ring.firstSeq, ring.nextSeq);
  };

  const ringOf = (id: string) => entries.get(id)?.ring;

  return {
    begin,
    sessions: () => newestFirst().map((entry) => entry.session),
    restore: async () => {
      if (folder === undefined) return;
      for (const session of await storedSessions(folder)) {
        if (entries.has(session.id)) continue;
        entries.set(session.id, { session, ring: undefined, loading: undefined, stored: Promise.resolve() });
        changes.session(session.id);
      }
      await prune();
    },
    isLoaded: (id) => ringOf(id) !== undefined,
    load: (id) => {
      const entry = entries.get(id);
      if (!entry || entry.ring) return Promise.resolve();
      entry.loading ??= read(entry);
      return entry.loading;
    },
    span: (id) => {
      const ring = ringOf(id);
      return { first: ring?.firstSeq ?? 0, end: ring?.nextSeq ?? 0 };
    },
    records: (id, fromSeq, count) => {
      const ring = ringOf(id);
      if (!ring) return [];
      const records: LogRecord[] = [];
      const from = Math.max(fromSeq, ring.firstSeq);
      for (let seq = from; seq < Math.min(from + count, ring.nextSeq); seq++) {
        const record = ring.get(seq);
        if (record) records.push(record);
      }
      return records;
    },
    record: (id, seq) => ringOf(id)?.get(seq),
    counts: (id) => ringOf(id)?.counts() ?? noCounts,
    countsBefore: (id, seq) => ringOf(id)?.countsBefore(seq) ?? noCounts,
    query: (id, filter, fromSeq = 0) => ringOf(id)?.select(filter, fromSeq) ?? new Uint32Array(),
    remove,
    onChange: changes.listen,
    settled: async () => {
      await Promise.all(writing);
    },
  };
}

/** Sorts by time and is a file name everywhere. */
function sessionId(name: string, target: string, startedAt: number): string {
  const time = new Date(startedAt).toISOString().slice(0, 19).replaceAll(":", "-");
  const words = `${name}-${target}`.replace(/[^\w-]+/g, "_").slice(0, 60);
  return `${time}-${words}-${randomUUID().slice(0, 8)}`;
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
