import { randomUUID } from "node:crypto";
import { ChangeNotifier, type LogChange } from "./changeNotifier.ts";
import { createBootProgress } from "./bootProgress.ts";
import { ConsoleParser } from "../console/consoleParser.ts";
import type { ContinuesMessage } from "../console/openRecord.ts";
import type { LogRecord, LogSession, Outcome, ConsoleStream } from "../model.ts";
import { entriesToUnload, isBeyondLimits, readPastRecords } from "./pastSessions.ts";
import { noCounts, RecordBuffer, type RecordCounts } from "./recordBuffer.ts";
import type { LogFilter } from "./search.ts";
import {
  createSessionFile,
  fileSize,
  deleteSessionFiles,
  readStoredSessions,
  type SessionFile,
} from "./sessionFiles.ts";
import { t } from "../../protocol/l10n.ts";

/** The run whose console a session records. */
export type LogRun = Pick<
  LogSession,
  "name" | "unikernel" | "target" | "attachments" | "bootArguments" | "onHost"
>;

/** Receives the console of one run. */
export interface LogWriter {
  /** The session in its current state. */
  readonly session: LogSession;
  /** The program runs with this process id. The time of the boot is not measured if gdb starts it. */
  readonly started: (pid: number, isDebugged: boolean) => void;
  /** `at` is when the bytes arrived, if another computer has read and stored them: milliseconds since the epoch. */
  readonly stdout: (bytes: Uint8Array, at?: number) => void;
  readonly stderr: (bytes: Uint8Array, at?: number) => void;
  /** Ends the session; later calls do nothing. */
  readonly end: (outcome: Outcome) => void;
}

export interface LogStoreOptions {
  /** The folder for console files; without it, consoles are stored in memory only. */
  readonly folder?: string | undefined;
  /** The number of records of a session that are kept in memory. Default: a million. */
  readonly maxRecords?: number;
  /** The number of past sessions that are kept. Default: 20. */
  readonly maxSessions?: number;
  /** The total size limit for files of past sessions, in bytes; the newest is always kept. Default: 500 MB. */
  readonly maxTotalBytes?: number;
  /** The size limit for a console file, in bytes; called when a session begins. Default: 100 MB. */
  readonly maxFileBytes?: () => number;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
  /** Reads from the sources of a unikernel which lines continue its messages. Never rejects. */
  readonly readMessageLines?: (unikernel: string) => Promise<ContinuesMessage>;
  /** Called with the reason if something could not be written or read. */
  readonly onError?: (reason: string) => void;
}

interface Entry {
  session: LogSession;
  /** The records; `undefined` unless they are loaded. */
  buffer: RecordBuffer | undefined;
  loading: Promise<void> | undefined;
  /** Settles when the session's files are written. */
  stored: Promise<void>;
  /** Adds addresses that the console does not say; absent for past sessions of other windows. */
  readonly addAddresses?: (addresses: readonly string[]) => void;
}

/** Stores the sessions of this window and of earlier ones, with their records. */
export class LogStore {
  readonly #folder: string | undefined;
  readonly #maxRecords: number;
  readonly #maxSessions: number;
  readonly #maxTotalBytes: number;
  readonly #maxFileBytes: () => number;
  readonly #now: () => number;
  readonly #onError: (reason: string) => void;
  readonly #readMessageLines: LogStoreOptions["readMessageLines"];
  readonly #entries = new Map<string, Entry>();
  readonly #changes = new ChangeNotifier();
  readonly #writing = new Set<Promise<void>>();

  constructor(options: LogStoreOptions = {}) {
    this.#folder = options.folder;
    this.#maxRecords = options.maxRecords ?? 1_000_000;
    this.#maxSessions = options.maxSessions ?? 20;
    this.#maxTotalBytes = options.maxTotalBytes ?? 500_000_000;
    this.#maxFileBytes = options.maxFileBytes ?? (() => 100_000_000);
    this.#now = options.now ?? Date.now;
    this.#onError = options.onError ?? (() => undefined);
    this.#readMessageLines = options.readMessageLines;
  }

  /** Begins a session like `begin`, with what the sources of the unikernel say about its messages. */
  async beginWithSources(run: LogRun): Promise<LogWriter> {
    return this.begin(run, await this.#readMessageLines?.(run.unikernel));
  }

  /** Begins a session and returns the writer for its console. */
  begin(run: LogRun, continuesMessage?: ContinuesMessage): LogWriter {
    const { name, unikernel, target, attachments, bootArguments, onHost } = run;
    const startedAt = this.#now();
    const id = sessionId(name, target, startedAt);
    const progress = createBootProgress(bootArguments);
    const started: LogSession = {
      id,
      name,
      unikernel,
      target,
      startedAt,
      endedAt: undefined,
      outcome: undefined,
      attachments,
      bootArguments,
      ...(onHost === true && { onHost }),
      boot: undefined,
      addresses: progress.addresses(),
      rawFile: undefined,
    };
    const file = this.#createFile(started);
    const buffer = new RecordBuffer(this.#maxRecords);
    const session = { ...started, rawFile: file?.rawFile };
    const entry: Entry = {
      session,
      buffer,
      loading: undefined,
      stored: Promise.resolve(),
      addAddresses: (addresses) => {
        if (progress.addLease(addresses)) update({ addresses });
      },
    };
    this.#entries.set(id, entry);
    this.#changes.sessionChanged(id);
    const update = (change: Pick<LogSession, "pid" | "boot" | "addresses">) => {
      entry.session = { ...entry.session, ...change };
      this.#changes.sessionChanged(id);
    };
    let receivedAt = startedAt;
    const parser = new ConsoleParser({
      now: () => receivedAt,
      target,
      continuesMessage,
      onRecord: (record) => {
        buffer.add(record);
        this.#changes.recordsChanged(id, record.seq, record.seq + 1);
        if (progress.add(record)) update({ boot: progress.times(), addresses: progress.addresses() });
      },
      onUpdate: (record) => {
        buffer.update(record);
        this.#changes.recordsChanged(id, record.seq, record.seq + 1);
      },
    });
    const write = (stream: ConsoleStream, bytes: Uint8Array, at = this.#now()) => {
      if (entry.session.endedAt !== undefined) return;
      receivedAt = at;
      file?.write(stream, bytes, receivedAt);
      parser[stream](bytes);
    };
    return {
      get session() {
        return entry.session;
      },
      started: (pid, isDebugged) => {
        if (!isDebugged) progress.start(this.#now());
        update({ pid });
      },
      stdout: (bytes, at) => write("stdout", bytes, at),
      stderr: (bytes, at) => write("stderr", bytes, at),
      end: (outcome) => {
        if (entry.session.endedAt !== undefined) return;
        parser.end();
        this.#end(entry, outcome, file);
      },
    };
  }

  /** All sessions, newest first. */
  sessions(): readonly LogSession[] {
    return this.#newestFirst().map((entry) => entry.session);
  }

  /** Adds the sessions that earlier windows stored in the folder. Never rejects. */
  async restore(): Promise<void> {
    if (this.#folder === undefined) return;
    for (const session of await readStoredSessions(this.#folder)) {
      if (this.#entries.has(session.id)) continue;
      const entry = { session, buffer: undefined, loading: undefined, stored: Promise.resolve() };
      this.#entries.set(session.id, entry);
      this.#changes.sessionChanged(session.id);
    }
    await this.#prune();
  }

  /** Whether the session's records are in memory; `load` reads those of a past session. */
  isLoaded(id: string): boolean {
    return this.#bufferOf(id) !== undefined;
  }

  /** Reads the console of a past session into memory. Never rejects; reports errors to `onError`. */
  load(id: string): Promise<void> {
    const entry = this.#entries.get(id);
    if (!entry || entry.buffer) return Promise.resolve();
    entry.loading ??= this.#read(entry);
    return entry.loading;
  }

  /** The stored records have the numbers `first` to before `end`; there are none before `load`. */
  span(id: string): { readonly first: number; readonly end: number } {
    const buffer = this.#bufferOf(id);
    return { first: buffer?.firstSeq ?? 0, end: buffer?.nextSeq ?? 0 };
  }

  /** Up to `count` records, in order, from the first stored one at or after `fromSeq`. */
  records(id: string, fromSeq: number, count: number): LogRecord[] {
    const buffer = this.#bufferOf(id);
    if (!buffer) return [];
    const records: LogRecord[] = [];
    const from = Math.max(fromSeq, buffer.firstSeq);
    for (let seq = from; seq < Math.min(from + count, buffer.nextSeq); seq++) {
      const record = buffer.get(seq);
      if (record) records.push(record);
    }
    return records;
  }

  record(id: string, seq: number): LogRecord | undefined {
    return this.#bufferOf(id)?.get(seq);
  }

  counts(id: string): RecordCounts {
    return this.#bufferOf(id)?.counts() ?? noCounts;
  }

  /** Counts the stored records before `seq`. */
  countsBefore(id: string, seq: number): RecordCounts {
    return this.#bufferOf(id)?.countsBefore(seq) ?? noCounts;
  }

  /**
   * The sequence numbers, in order, of the records from `fromSeq` on that pass the filter. Throws a
   * SyntaxError if the regular expression is invalid.
   */
  query(id: string, filter: LogFilter, fromSeq = 0): Uint32Array {
    return this.#bufferOf(id)?.select(filter, fromSeq) ?? new Uint32Array();
  }

  /** Adds the addresses that a running unikernel has leased, unless its arguments or records say which ones it has. */
  addAddresses(id: string, addresses: readonly string[]): void {
    const entry = this.#entries.get(id);
    if (entry?.session.endedAt === undefined) entry?.addAddresses?.(addresses);
  }

  /** Removes a past session and deletes its files. Does nothing while the session runs. */
  async remove(id: string): Promise<void> {
    const entry = this.#entries.get(id);
    if (entry?.session.endedAt === undefined) return;
    this.#entries.delete(id);
    this.#changes.sessionChanged(id);
    await entry.stored;
    if (this.#folder === undefined) return;
    await deleteSessionFiles(this.#folder, id).catch((error) => this.#onError(errorMessage(error)));
  }

  /** Calls the listener with coalesced changes, at most every 30 ms. Returns a function that removes it. */
  onChange(listener: (changes: readonly LogChange[]) => void): () => void {
    return this.#changes.listen(listener);
  }

  /** Resolves when the files of all ended sessions are written. */
  async settled(): Promise<void> {
    await Promise.all(this.#writing);
  }

  #bufferOf(id: string): RecordBuffer | undefined {
    return this.#entries.get(id)?.buffer;
  }

  #newestFirst(): Entry[] {
    return [...this.#entries.values()].sort((a, b) => b.session.startedAt - a.session.startedAt);
  }

  #createFile(session: LogSession): SessionFile | undefined {
    try {
      return this.#folder === undefined
        ? undefined
        : createSessionFile(this.#folder, session, this.#maxFileBytes(), this.#onError);
    } catch (error) {
      this.#onError(
        t("Could not create a file for the console of {0}: {1}", session.name, errorMessage(error)),
      );
      return undefined;
    }
  }

  #end(entry: Entry, outcome: Outcome, file: SessionFile | undefined): void {
    const { pid: _, ...session } = entry.session;
    entry.session = { ...session, endedAt: this.#now(), outcome };
    this.#changes.sessionChanged(entry.session.id);
    if (file) entry.stored = this.#track(file.end(entry.session));
    void this.#track(this.#prune());
  }

  #track(work: Promise<void>): Promise<void> {
    const tracked = work.finally(() => this.#writing.delete(tracked));
    this.#writing.add(tracked);
    return tracked;
  }

  /** Unloads and removes past sessions that exceed the limits. */
  async #prune(): Promise<void> {
    const past = this.#newestFirst().filter((entry) => entry.session.endedAt !== undefined);
    for (const entry of entriesToUnload(past)) {
      entry.buffer = undefined;
      this.#changes.sessionChanged(entry.session.id);
    }
    await Promise.all(past.map((entry) => entry.stored));
    const sizes = await Promise.all(past.map(({ session }) => fileSize(session.rawFile)));
    const excess = past.filter(isBeyondLimits(sizes, this.#maxSessions, this.#maxTotalBytes));
    await Promise.all(excess.map((entry) => this.remove(entry.session.id)));
  }

  async #read(entry: Entry): Promise<void> {
    const { session } = entry;
    const buffer = new RecordBuffer(this.#maxRecords);
    const continuesMessage = await this.#readMessageLines?.(session.unikernel);
    await entry.stored
      .then(() => readPastRecords(this.#folder, session, continuesMessage, buffer))
      .catch((error: unknown) =>
        this.#onError(t("Could not read the console of {0}: {1}", session.name, errorMessage(error))),
      );
    entry.buffer = buffer;
    entry.loading = undefined;
    this.#changes.sessionChanged(session.id);
    if (buffer.nextSeq > buffer.firstSeq)
      this.#changes.recordsChanged(session.id, buffer.firstSeq, buffer.nextSeq);
  }
}

/** An id that sorts by time and is a valid file name on every system. */
function sessionId(name: string, target: string, startedAt: number): string {
  const time = new Date(startedAt).toISOString().slice(0, 19).replaceAll(":", "-");
  const run = `${name}-${target}`.replace(/[^\w-]+/g, "_").slice(0, 60);
  return `${time}-${run}-${randomUUID().slice(0, 8)}`;
}

function errorMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
