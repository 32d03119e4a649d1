import { parseFrame } from "./consoleLine.ts";
import { levels, type Frame, type Level, type LogRecord, type RecordKind, type Stream } from "./model.ts";

/** How many records a block has. */
export const blockSize = 2048;

/** A level of Logs, or `other` for a record that has none. */
export type LevelKey = Level | "other";

const kinds: readonly RecordKind[] = [
  "log",
  "boot",
  "exit",
  "abort",
  "trap",
  "exception",
  "tender",
  "usage",
  "plain",
];
/** In the order of their numbers in a block. */
export const levelKeys: readonly LevelKey[] = [...levels, "other"];
const levelIndex = new Map(levelKeys.map((level, index) => [level, index]));
const kindIndex = new Map(kinds.map((kind, index) => [kind, index]));
const streams: readonly Stream[] = ["stdout", "stderr"];

/** The number of a record's level. */
export function levelIndexOf({ level }: Pick<LogRecord, "level">): number {
  return levelIndex.get(level ?? "other") ?? 0;
}

/** A full block. Record i has the text from starts[i] to before starts[i + 1] - 1, a line end between. */
export interface Block {
  readonly firstSeq: number;
  readonly text: string;
  readonly starts: Uint32Array;
  readonly receivedAt: Float64Array;
  /** NaN where there is none. */
  readonly loggedAt: Float64Array;
  /** kind × 16 + stream × 8 + level. */
  readonly tags: Uint8Array;
  readonly sources: Uint16Array;
  readonly leads: Uint16Array;
  readonly statuses: ReadonlyMap<number, number>;
  /** Records that grew after the block was closed. */
  readonly grown: Map<number, LogRecord>;
}

/** What is searched in: the message and its further lines. */
export function textOf({ message, more }: LogRecord): string {
  return more.length === 0 ? message : `${message}\n${more.join("\n")}`;
}

/** The block of some records, of which each has a source by its number. */
export function blockFrom(
  records: readonly LogRecord[],
  indexOfSource: (name: string | undefined) => number,
): Block {
  const texts = records.map(textOf);
  const starts = new Uint32Array(records.length + 1);
  for (const [i, text] of texts.entries()) starts[i + 1] = starts[i]! + text.length + 1;
  return {
    firstSeq: records[0]?.seq ?? 0,
    text: texts.join("\n"),
    starts,
    receivedAt: Float64Array.from(records, (record) => record.receivedAt),
    loggedAt: Float64Array.from(records, (record) => record.loggedAt ?? Number.NaN),
    tags: Uint8Array.from(
      records,
      ({ kind, stream, level }) =>
        (kindIndex.get(kind) ?? 0) * 16 + (stream === "stderr" ? 8 : 0) + levelIndexOf({ level }),
    ),
    sources: Uint16Array.from(records, (record) => indexOfSource(record.source)),
    leads: Uint16Array.from(records, (record) => record.lead),
    statuses: new Map(
      records.flatMap(({ status }, index) => (status === undefined ? [] : [[index, status] as const])),
    ),
    grown: new Map(),
  };
}

/** A record as it was, from its block. */
export function recordOf(
  block: Block,
  index: number,
  sourceNames: readonly (string | undefined)[],
): LogRecord {
  const grown = block.grown.get(index);
  if (grown) return grown;
  const [message = "", ...more] = block.text
    .slice(block.starts[index], block.starts[index + 1]! - 1)
    .split("\n");
  const tag = block.tags[index]!;
  const level = levelKeys[tag & 7];
  const loggedAt = block.loggedAt[index]!;
  return {
    seq: block.firstSeq + index,
    receivedAt: block.receivedAt[index]!,
    loggedAt: Number.isNaN(loggedAt) ? undefined : loggedAt,
    kind: kinds[tag >> 4] ?? "plain",
    stream: streams[(tag >> 3) & 1] ?? "stdout",
    level: level === "other" ? undefined : level,
    source: sourceNames[block.sources[index]!],
    message,
    lead: block.leads[index]!,
    more,
    frames: more.map(parseFrame).filter((frame): frame is Frame => frame !== undefined),
    status: block.statuses.get(index),
  };
}
