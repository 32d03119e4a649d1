import { createReadStream, createWriteStream, mkdirSync, type WriteStream } from "node:fs";
import { readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { finished } from "node:stream/promises";
import type { LogSession, Outcome, Stream } from "./model.ts";
import { t } from "../platform/l10n.ts";

/**
 * A session in a folder: `ID.log`, the console as it came; `ID.times`, of each chunk of it when it
 * came, how long it is and on which stream, so that reading it again gives the same records; and
 * `ID.json`, the session.
 */
export interface SessionFile {
  readonly rawFile: string;
  readonly write: (stream: Stream, bytes: Uint8Array, time: number) => void;
  /** Resolves when all is in the files. Never rejects. */
  readonly end: (session: LogSession) => Promise<void>;
}

/** Time as float64, length and stream as uint32, little-endian. */
const entryBytes = 16;

/**
 * Begins the files of a session; throws when the folder cannot be made. What goes wrong later is told
 * to `onError` once, and the rest of the session is not written. A console that is longer than `limit`
 * bytes is written as far as that, and a last line says so.
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
  const open = (path: string) => createWriteStream(path).on("error", fail);
  const raw = open(rawFile);
  const times = open(join(folder, `${session.id}.times`));
  const described = describe(folder, session).catch(fail);
  let written = 0;
  const put = (stream: Stream, bytes: Uint8Array, time: number) => {
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
      // Copied: whoever feeds the console may use its buffer again.
      if (written < limit) put(stream, Uint8Array.from(bytes.subarray(0, limit - written)), time);
      written += bytes.length;
      if (written > limit) put(stream, Buffer.from(endNote(limit)), time);
    },
    end: async (ended) => {
      await Promise.all([closed(raw), closed(times), described]);
      await describe(folder, ended).catch(fail);
    },
  };
}

/** The line that ends a file that became too long. */
function endNote(limit: number): string {
  const size = limit < 1_000_000 ? t("{0} bytes", limit) : `${Math.floor(limit / 1_000_000)} MB`;
  return `\n--- ${t("The console went on; only its first {0} are kept in this file (setting mirageos.logFileSize).", size)} ---\n`;
}

/** In bytes; 0 of a file that is not there. */
export async function fileSize(path: string | undefined): Promise<number> {
  if (path === undefined) return 0;
  return stat(path).then(
    ({ size }) => size,
    () => 0,
  );
}

async function closed(file: WriteStream): Promise<void> {
  file.end();
  // Its error has been told.
  await finished(file).catch(() => undefined);
}

async function describe(folder: string, session: LogSession): Promise<void> {
  await writeFile(join(folder, `${session.id}.json`), JSON.stringify({ version: 1, ...session }));
}

/**
 * The sessions whose files are in the folder, the newest first. One that has no end was cut off with the
 * window that ran it. Never rejects: what cannot be read is left out.
 */
export async function storedSessions(folder: string): Promise<LogSession[]> {
  const names = await readdir(folder).catch(() => []);
  const found = await Promise.all(
    names
      .filter((name) => name.endsWith(".json"))
      .map((name) => storedSession(folder, name.slice(0, -".json".length)).catch(() => undefined)),
  );
  return found
    .filter((session): session is LogSession => session !== undefined)
    .sort((a, b) => b.startedAt - a.startedAt);
}

async function storedSession(folder: string, id: string): Promise<LogSession | undefined> {
  const value: unknown = JSON.parse(await readFile(join(folder, `${id}.json`), "utf8"));
  if (!isStored(value) || value.id !== id) return undefined;
  const rawFile = join(folder, `${id}.log`);
  const { mtimeMs } = await stat(rawFile);
  return {
    id,
    name: value.name,
    unikernel: value.unikernel,
    target: value.target,
    startedAt: value.startedAt,
    endedAt: typeof value.endedAt === "number" ? value.endedAt : mtimeMs,
    outcome: isOutcome(value.outcome)
      ? value.outcome
      : { kind: "stopped", text: t("cut off: the window was closed or reloaded while it ran") },
    rawFile,
  };
}

interface Stored {
  readonly id: string;
  readonly name: string;
  readonly unikernel: string;
  readonly target: string;
  readonly startedAt: number;
  readonly endedAt?: unknown;
  readonly outcome?: unknown;
}

function isStored(value: unknown): value is Stored {
  if (typeof value !== "object" || value === null) return false;
  const { version, id, name, unikernel, target, startedAt } = value as Record<string, unknown>;
  return (
    version === 1 &&
    [id, name, unikernel, target].every((field) => typeof field === "string") &&
    typeof startedAt === "number"
  );
}

function isOutcome(value: unknown): value is Outcome {
  if (typeof value !== "object" || value === null || !("kind" in value) || !("text" in value)) return false;
  return (
    (value.kind === "ok" || value.kind === "failed" || value.kind === "stopped") &&
    typeof value.text === "string"
  );
}

/** Deletes a session's files; what is not there is no error. */
export async function removeSession(folder: string, id: string): Promise<void> {
  await Promise.all(
    ["log", "times", "json"].map((kind) => rm(join(folder, `${id}.${kind}`), { force: true })),
  );
}

/**
 * Reads a stored console again, chunk by chunk as it came first. Bytes that `ID.times` does not know of,
 * after a crash, count as the last chunk's. Rejects when the console cannot be read.
 */
export async function replay(
  folder: string,
  session: LogSession,
  onChunk: (stream: Stream, bytes: Uint8Array, time: number) => void,
): Promise<void> {
  const entries = await readFile(join(folder, `${session.id}.times`)).catch(() => Buffer.alloc(0));
  let at = 0;
  let left = 0;
  let stream: Stream = "stdout";
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
