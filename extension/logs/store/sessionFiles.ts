import { createReadStream, createWriteStream, mkdirSync, type WriteStream } from "node:fs";
import { readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { finished } from "node:stream/promises";
import { exitCauses, type LogSession, type Outcome, type ConsoleStream } from "../model.ts";
import type { BootTimes } from "../../project/model.ts";
import { t } from "../../protocol/l10n.ts";
import { absent, array, number, object, string, union } from "../../protocol/validators.ts";

/**
 * The files of a session in a folder: `ID.log` has the raw console; `ID.times` has an entry for each
 * chunk with its time, length and stream, so that replaying it yields the same records; `ID.json` has the
 * session itself.
 */
export interface SessionFile {
  readonly rawFile: string;
  readonly write: (stream: ConsoleStream, bytes: Uint8Array, time: number) => void;
  /** Resolves when everything is written. Never rejects. */
  readonly end: (session: LogSession) => Promise<void>;
}

/** An entry of `ID.times`: time as float64, length and stream as uint32, all little-endian. */
const entryBytes = 16;

/**
 * Creates the files of a session; throws if the folder cannot be created. Reports the first later error
 * to `onError` and then stops writing. Only the first `limit` bytes of the console are written, followed
 * by a line that says so.
 */
export function createSessionFile(
  folder: string,
  session: LogSession,
  limit: number,
  onError: (reason: string) => void,
): SessionFile {
  mkdirSync(folder, { recursive: true });
  const rawFile = join(folder, `${session.id}.log`);
  let failed = false;
  const fail = (error: unknown) => {
    if (!failed) onError(`${rawFile}: ${error instanceof Error ? error.message : String(error)}`);
    failed = true;
  };
  const openForWriting = (path: string) => createWriteStream(path).on("error", fail);
  const raw = openForWriting(rawFile);
  const times = openForWriting(join(folder, `${session.id}.times`));
  const descriptionWritten = writeDescription(folder, session).catch(fail);
  let written = 0;
  const writeChunk = (stream: ConsoleStream, bytes: Uint8Array, time: number) => {
    raw.write(bytes);
    const entry = Buffer.alloc(entryBytes);
    entry.writeDoubleLE(time, 0);
    entry.writeUInt32LE(bytes.length, 8);
    entry.writeUInt32LE(stream === "stderr" ? 1 : 0, 12);
    times.write(entry);
  };
  return {
    rawFile,
    write: (stream, bytes, time) => {
      if (failed || bytes.length === 0 || written > limit) return;
      // The chunk is copied because the caller may reuse its buffer.
      if (written < limit) writeChunk(stream, Uint8Array.from(bytes.subarray(0, limit - written)), time);
      written += bytes.length;
      if (written > limit) writeChunk(stream, Buffer.from(endNote(limit)), time);
    },
    end: async (ended) => {
      await Promise.all([close(raw), close(times), descriptionWritten]);
      await writeDescription(folder, ended).catch(fail);
    },
  };
}

/** The line that ends a file whose console is longer than the limit. */
function endNote(limit: number): string {
  const size = limit < 1_000_000 ? t("{0} bytes", limit) : `${Math.floor(limit / 1_000_000)} MB`;
  return `\n--- ${t("The console continued, but this file has only its first {0} (setting mirageos.logFileSize).", size)} ---\n`;
}

/** The size of a file in bytes; 0 if it does not exist. */
export async function fileSize(path: string | undefined): Promise<number> {
  if (path === undefined) return 0;
  return stat(path).then(
    ({ size }) => size,
    () => 0,
  );
}

async function close(file: WriteStream): Promise<void> {
  file.end();
  // Its error has already been reported.
  await finished(file).catch(() => undefined);
}

async function writeDescription(folder: string, session: LogSession): Promise<void> {
  const { outcome } = session;
  const stored = { version: 1, ...session, outcome: outcome && { ...outcome, actions: undefined } };
  await writeFile(join(folder, `${session.id}.json`), JSON.stringify(stored));
}

/**
 * Reads the sessions stored in a folder, newest first. A session without an end was interrupted when its
 * window closed. Never rejects: sessions that cannot be read are left out.
 */
export async function readStoredSessions(folder: string): Promise<LogSession[]> {
  const names = await readdir(folder).catch(() => []);
  const found = await Promise.all(
    names
      .filter((name) => name.endsWith(".json"))
      .map((name) => readStoredSession(folder, name.slice(0, -".json".length)).catch(() => undefined)),
  );
  return found
    .filter((session): session is LogSession => session !== undefined)
    .sort((a, b) => b.startedAt - a.startedAt);
}

async function readStoredSession(folder: string, id: string): Promise<LogSession | undefined> {
  const value: unknown = JSON.parse(await readFile(join(folder, `${id}.json`), "utf8"));
  if (!isStoredSession(value) || value.id !== id) return undefined;
  const rawFile = join(folder, `${id}.log`);
  const { mtimeMs } = await stat(rawFile);
  return {
    id,
    name: value.name,
    unikernel: value.unikernel,
    target: value.target,
    startedAt: value.startedAt,
    endedAt: typeof value.endedAt === "number" ? value.endedAt : mtimeMs,
    outcome: readOutcome(value.outcome) ?? {
      kind: "stopped",
      text: t("interrupted: the window was closed or reloaded while it ran"),
    },
    attachments: value.attachments,
    bootArguments: isTexts(value.bootArguments) ? value.bootArguments : undefined,
    ...(value.onHost === true && { onHost: true }),
    boot: readBootTimes(value.boot),
    addresses: isTexts(value.addresses) ? value.addresses : [],
    rawFile,
  };
}

/** The content of `ID.json`. */
interface StoredSession {
  readonly id: string;
  readonly name: string;
  readonly unikernel: string;
  readonly target: string;
  readonly startedAt: number;
  readonly endedAt?: unknown;
  readonly outcome?: unknown;
  readonly attachments?: unknown;
  readonly bootArguments?: unknown;
  readonly onHost?: unknown;
  readonly boot?: unknown;
  readonly addresses?: unknown;
}

const isTexts = array(string);
const optionalTime = union(number, absent);
const isBootTimes = object({
  firstOutput: optionalTime,
  firstRecord: optionalTime,
  network: optionalTime,
});

function readBootTimes(value: unknown): BootTimes | undefined {
  if (!isBootTimes(value)) return undefined;
  const { firstOutput, firstRecord, network } = value;
  return { firstOutput, firstRecord, network };
}

function isStoredSession(value: unknown): value is StoredSession {
  if (typeof value !== "object" || value === null) return false;
  const { version, id, name, unikernel, target, startedAt } = value as Record<string, unknown>;
  return (
    version === 1 &&
    [id, name, unikernel, target].every((field) => typeof field === "string") &&
    typeof startedAt === "number"
  );
}

/** The outcome in a stored session; `undefined` if it has none. */
function readOutcome(value: unknown): Outcome | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { kind, text, cause, reason } = value as Readonly<Record<keyof Outcome, unknown>>;
  if ((kind !== "ok" && kind !== "failed" && kind !== "stopped") || typeof text !== "string")
    return undefined;
  const known = exitCauses.find((each) => each === cause);
  return { kind, text, ...(known && { cause: known }), ...(typeof reason === "string" && { reason }) };
}

/** Deletes a session's files; missing files are not an error. */
export async function deleteSessionFiles(folder: string, id: string): Promise<void> {
  await Promise.all(
    ["log", "times", "json"].map((kind) => rm(join(folder, `${id}.${kind}`), { force: true })),
  );
}

/**
 * Replays a stored console in the chunks in which it arrived. After a crash `ID.times` may lack entries;
 * the remaining bytes then take the time and stream of the last one. Rejects if the console cannot be read.
 */
export async function replaySession(
  folder: string,
  session: LogSession,
  onChunk: (stream: ConsoleStream, bytes: Uint8Array, time: number) => void,
): Promise<void> {
  const entries = await readFile(join(folder, `${session.id}.times`)).catch(() => Buffer.alloc(0));
  let at = 0;
  let left = 0;
  let stream: ConsoleStream = "stdout";
  let time = session.startedAt;
  for await (const read of createReadStream(join(folder, `${session.id}.log`), { highWaterMark: 1 << 18 })) {
    let bytes: Uint8Array = read as Buffer;
    while (bytes.length > 0) {
      if (left === 0 && at + entryBytes <= entries.length) {
        time = entries.readDoubleLE(at);
        left = entries.readUInt32LE(at + 8);
        stream = entries.readUInt32LE(at + 12) === 1 ? "stderr" : "stdout";
        at += entryBytes;
        continue;
      }
      const size = left === 0 ? bytes.length : Math.min(left, bytes.length);
      onChunk(stream, bytes.subarray(0, size), time);
      left = Math.max(0, left - size);
      bytes = bytes.subarray(size);
    }
  }
}
