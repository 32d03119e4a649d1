import { ConsoleParser } from "../console/consoleParser.ts";
import type { ContinuesMessage } from "../console/openRecord.ts";
import type { LogSession } from "../model.ts";
import type { RecordBuffer } from "./recordBuffer.ts";
import { replaySession } from "./sessionFiles.ts";

interface PastSession {
  readonly session: LogSession;
  readonly buffer: RecordBuffer | undefined;
  readonly loading: Promise<void> | undefined;
}

/** If past sessions have more records than this in total, the oldest are unloaded and read from their files again. */
const maxPastRecords = 1_000_000;

/** The sessions whose records are to leave the memory. `past` is sorted, the newest first, which always stays. */
export function entriesToUnload<P extends PastSession>(past: readonly P[]): readonly P[] {
  let loaded = 0;
  return past.filter(({ session, buffer, loading }, at) => {
    loaded += buffer ? buffer.nextSeq - buffer.firstSeq : 0;
    return at > 0 && loaded > maxPastRecords && session.rawFile !== undefined && !loading;
  });
}

/**
 * Returns the predicate for `filter` that selects the sessions to delete: all after the first `maxSessions`, and those
 * whose files exceed `maxBytes` together with those of newer ones. `sizes` are the sizes of the files in bytes. The
 * newest session always stays.
 */
export function isBeyondLimits(
  sizes: readonly number[],
  maxSessions: number,
  maxBytes: number,
): (session: unknown, at: number) => boolean {
  let bytes = 0;
  return (_, at) => {
    bytes += sizes[at] ?? 0;
    return at >= maxSessions || (at > 0 && bytes > maxBytes);
  };
}

/** Parses the console file of a past session into `buffer`. Rejects if the file can't be read, after what could be. */
export async function readPastRecords(
  folder: string | undefined,
  session: LogSession,
  continuesMessage: ContinuesMessage | undefined,
  buffer: RecordBuffer,
): Promise<void> {
  let time = session.startedAt;
  const parser = new ConsoleParser({
    now: () => time,
    target: session.target,
    continuesMessage,
    onRecord: (record) => buffer.add(record),
    onUpdate: (record) => buffer.update(record),
  });
  try {
    if (folder !== undefined && session.rawFile !== undefined)
      await replaySession(folder, session, (stream, bytes, at) => {
        time = at;
        parser[stream](bytes);
      });
  } finally {
    parser.end();
  }
}
