import { parseFrame } from "../console/guestLine.ts";
import { levelKeys } from "../../protocol/logs.ts";
import { shownTime } from "../model.ts";
import type { StackFrame, LogRecord, RecordKind, ConsoleStream } from "../model.ts";

/** How many records a full block has. */
export const blockSize = 2048;

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
const levelIndex = new Map<string, number>(levelKeys.map((level, index) => [level, index]));
const kindIndex = new Map(kinds.map((kind, index) => [kind, index]));
const streams: readonly ConsoleStream[] = ["stdout", "stderr"];

/** The index of a record's level in `levelKeys`. */
export function levelIndexOf({ level }: Pick<LogRecord, "level">): number {
  return levelIndex.get(level ?? "other") ?? 0;
}

/** A block of records as columns. The text of record i is `text` from starts[i] to before starts[i + 1] - 1; a line end follows. */
export interface RecordBlock {
  readonly firstSeq: number;
  readonly text: string;
  readonly starts: Uint32Array;
  readonly receivedAt: Float64Array;
  /** NaN if the record states no time. */
  readonly loggedAt: Float64Array;
  readonly shownAt: Float64Array;
  /** kind × 16 + stream × 8 + index of the level. */
  readonly tags: Uint8Array;
  readonly sources: Uint16Array;
  readonly prefixLengths: Uint16Array;
  readonly statuses: ReadonlyMap<number, number>;
  /** Records that grew after the block was closed, by index. */
  readonly grown: Map<number, LogRecord>;
}

/** The text that a search looks at: the message and the lines that continue it. */
export function searchedText({ message, more }: LogRecord): string {
  return more.length === 0 ? message : `${message}\n${more.join("\n")}`;
}

/** Creates a block of records. `indexOfSource` returns the index of a source name. */
export function createBlock(
  records: readonly LogRecord[],
  indexOfSource: (name: string | undefined) => number,
): RecordBlock {
  const texts = records.map(searchedText);
  const starts = new Uint32Array(records.length + 1);
  for (const [i, text] of texts.entries()) starts[i + 1] = starts[i]! + text.length + 1;
  return {
    firstSeq: records[0]?.seq ?? 0,
    text: texts.join("\n"),
    starts,
    receivedAt: Float64Array.from(records, (record) => record.receivedAt),
    loggedAt: Float64Array.from(records, (record) => record.loggedAt ?? Number.NaN),
    shownAt: Float64Array.from(records, shownTime),
    tags: Uint8Array.from(
      records,
      ({ kind, stream, level }) =>
        (kindIndex.get(kind) ?? 0) * 16 + (stream === "stderr" ? 8 : 0) + levelIndexOf({ level }),
    ),
    sources: Uint16Array.from(records, (record) => indexOfSource(record.source)),
    prefixLengths: Uint16Array.from(records, (record) => record.prefixLength),
    statuses: new Map(
      records.flatMap(({ status }, index) => (status === undefined ? [] : [[index, status] as const])),
    ),
    grown: new Map(),
  };
}

/** Reads the record with this index from a block. */
export function readRecord(
  block: RecordBlock,
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
    shownAt: block.shownAt[index]!,
    kind: kinds[tag >> 4] ?? "plain",
    stream: streams[(tag >> 3) & 1] ?? "stdout",
    level: level === "other" ? undefined : level,
    source: sourceNames[block.sources[index]!],
    message,
    prefixLength: block.prefixLengths[index]!,
    more,
    frames: more.map(parseFrame).filter((frame): frame is StackFrame => frame !== undefined),
    status: block.statuses.get(index),
  };
}
