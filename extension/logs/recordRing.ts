import type { LogRecord } from "./model.ts";
import {
  blockFrom,
  blockSize,
  levelIndexOf,
  levelKeys,
  recordOf,
  textOf,
  type Block,
  type LevelKey,
} from "./recordBlock.ts";
import { textSearch, type LogFilter, type TextSearch } from "./search.ts";

export interface RecordCounts {
  readonly levels: Readonly<Record<LevelKey, number>>;
  /** By name of the log source. */
  readonly sources: ReadonlyMap<string, number>;
}

/**
 * The last records of a session, at least `capacity` of them unless their text is longer than
 * `maxText` UTF-16 units. A record takes its text and 25 bytes: full blocks of records are kept as one
 * string and columns of numbers.
 */
export interface RecordRing {
  readonly firstSeq: number;
  /** That of the next record to come. */
  readonly nextSeq: number;
  /** Takes the record with `nextSeq`. It may still grow; `update` is to be called then. */
  readonly add: (record: LogRecord) => void;
  readonly update: (record: LogRecord) => void;
  readonly get: (seq: number) => LogRecord | undefined;
  /** Of the records that are there. */
  readonly counts: () => RecordCounts;
  /** Of those before this one. Takes time in proportion to them. */
  readonly countsBefore: (seq: number) => RecordCounts;
  /** Sequence numbers of the records from `fromSeq` that pass, in order. Throws on a wrong regex. */
  readonly select: (filter: LogFilter, fromSeq: number) => Uint32Array;
}

const defaultMaxText = 200_000_000;

export function recordRing(capacity: number, maxText = defaultMaxText): RecordRing {
  const blocks: Block[] = [];
  let open: LogRecord[] = [];
  let firstSeq = 0;
  let nextSeq = 0;
  let textLength = 0;
  /** Index 0 is no source. */
  const sourceNames: (string | undefined)[] = [undefined];
  const sourceIndex = new Map<string | undefined, number>([[undefined, 0]]);
  const levelCounts = levelKeys.map(() => 0);
  const sourceCounts: number[] = [0];

  const indexOfSource = (source: string | undefined): number => {
    const known = sourceIndex.get(source);
    if (known !== undefined) return known;
    // More names than that are no sources of a program: they count as the last.
    const index = Math.min(sourceNames.length, 0xffff);
    sourceIndex.set(source, index);
    sourceNames[index] = source;
    sourceCounts[index] ??= 0;
    return index;
  };

  const count = (level: number, source: number, by: number) => {
    levelCounts[level] = (levelCounts[level] ?? 0) + by;
    sourceCounts[source] = (sourceCounts[source] ?? 0) + by;
  };

  const blockOf = (seq: number): Block | undefined =>
    blocks[Math.floor((seq - (blocks[0]?.firstSeq ?? 0)) / blockSize)];

  const close = () => {
    const block = blockFrom(open, indexOfSource);
    blocks.push(block);
    open = [];
    textLength += block.text.length;
    while (blocks[0] && (nextSeq - firstSeq - blockSize >= capacity || textLength > maxText)) {
      const dropped = blocks.shift()!;
      textLength -= dropped.text.length;
      firstSeq += blockSize;
      for (let i = 0; i < blockSize; i++) count(dropped.tags[i]! & 7, dropped.sources[i]!, -1);
    }
  };

  const selectIn = (block: Block, passes: Passes, search: TextSearch | undefined, found: Selection) => {
    const { firstSeq: base, tags, sources, text, starts, grown } = block;
    if (!search) {
      for (let i = 0; i < blockSize; i++) {
        if (passes.tag[tags[i]! & 7] && passes.source(sources[i]!)) found.add(base + i);
      }
      return;
    }
    search.inBlock(text, starts, (i) => {
      if (passes.tag[tags[i]! & 7] && passes.source(sources[i]!) && !grown.has(i)) found.add(base + i);
    });
    if (grown.size === 0) return;
    for (const [i, record] of grown) {
      if (passes.tag[tags[i]! & 7] && passes.source(sources[i]!) && search.inText(textOf(record)))
        found.add(base + i);
    }
  };

  return {
    get firstSeq() {
      return firstSeq;
    },
    get nextSeq() {
      return nextSeq;
    },
    add: (record) => {
      open.push(record);
      nextSeq = record.seq + 1;
      count(levelIndexOf(record), indexOfSource(record.source), 1);
      if (open.length === blockSize) close();
    },
    update: (record) => {
      if (record.seq < firstSeq || nextSeq - record.seq <= open.length) return;
      const block = blockOf(record.seq);
      block?.grown.set(record.seq - block.firstSeq, record);
    },
    get: (seq) => {
      if (seq < firstSeq || seq >= nextSeq) return undefined;
      const inOpen = seq - (nextSeq - open.length);
      if (inOpen >= 0) return open[inOpen];
      const block = blockOf(seq);
      return block && recordOf(block, seq - block.firstSeq, sourceNames);
    },
    counts: () => countsFrom(levelCounts, sourceCounts, sourceNames),
    countsBefore: (seq) => {
      const byLevel = levelKeys.map(() => 0);
      const bySource = sourceNames.map(() => 0);
      const add = (level: number, source: number) => {
        byLevel[level] = (byLevel[level] ?? 0) + 1;
        bySource[source] = (bySource[source] ?? 0) + 1;
      };
      for (const block of blocks) {
        const end = Math.min(blockSize, seq - block.firstSeq);
        for (let i = 0; i < end; i++) add(block.tags[i]! & 7, block.sources[i]!);
      }
      for (const record of open) {
        if (record.seq < seq) add(levelIndexOf(record), indexOfSource(record.source));
      }
      return countsFrom(byLevel, bySource, sourceNames);
    },
    select: (filter, fromSeq) => {
      const search = textSearch(filter);
      const passes = passesOf(filter, sourceNames);
      const found = selection(nextSeq - Math.max(firstSeq, fromSeq));
      for (const block of blocks) {
        if (block.firstSeq + blockSize > fromSeq) selectIn(block, passes, search, found);
      }
      for (const record of open) {
        const level = levelIndexOf(record);
        if (!passes.tag[level] || !passes.source(indexOfSource(record.source))) continue;
        if (!search || search.inText(textOf(record))) found.add(record.seq);
      }
      const all = found.seqs();
      const from = all.findIndex((seq) => seq >= fromSeq);
      return from < 0 ? new Uint32Array() : all.subarray(from);
    },
  };
}

interface Passes {
  /** By index of the level: 1 where it passes. */
  readonly tag: Uint8Array;
  readonly source: (index: number) => boolean;
}

function passesOf(filter: LogFilter, names: readonly (string | undefined)[]): Passes {
  const wanted = filter.levels && new Set<LevelKey>(filter.levels);
  const tag = Uint8Array.from(levelKeys, (level) => (wanted && !wanted.has(level) ? 0 : 1));
  const { sources, hiddenSources = [] } = filter;
  if (!sources && hiddenSources.length === 0) return { tag, source: () => true };
  const [only, hidden] = [sources && new Set(sources), new Set(hiddenSources)];
  const passing = Uint8Array.from(names, (name) =>
    name === undefined ? Number(only === undefined) : Number((only?.has(name) ?? true) && !hidden.has(name)),
  );
  return { tag, source: (index) => passing[index] === 1 };
}

interface Selection {
  readonly add: (seq: number) => void;
  readonly seqs: () => Uint32Array;
}

/** Numbers in order, whichever order they come in; nearly always they come in order. */
function selection(atMost: number): Selection {
  const seqs = new Uint32Array(Math.max(0, atMost) + blockSize);
  let length = 0;
  let ordered = true;
  return {
    add: (seq) => {
      if (length > 0 && seqs[length - 1]! > seq) ordered = false;
      seqs[length++] = seq;
    },
    seqs: () => (ordered ? seqs.slice(0, length) : seqs.slice(0, length).sort()),
  };
}

function countsFrom(
  byLevel: readonly number[],
  bySource: readonly number[],
  names: readonly (string | undefined)[],
): RecordCounts {
  const sources = names.flatMap((name, index) => {
    const count = bySource[index] ?? 0;
    return name !== undefined && count > 0 ? [[name, count] as const] : [];
  });
  return { levels: countsByLevel(byLevel), sources: new Map(sources) };
}

function countsByLevel(counts: readonly number[]): Record<LevelKey, number> {
  const [app = 0, error = 0, warning = 0, info = 0, debug = 0, other = 0] = counts;
  return { app, error, warning, info, debug, other };
}
