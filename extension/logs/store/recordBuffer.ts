import { levelKeys, type LevelKey } from "../../protocol/logs.ts";
import type { LogRecord } from "../model.ts";
import {
  createBlock,
  blockSize,
  levelIndexOf,
  readRecord,
  searchedText,
  type RecordBlock,
} from "./recordBlock.ts";
import { createTextSearch, type LogFilter, type TextSearch } from "./search.ts";

/** How many records have each level and each source. */
export interface RecordCounts {
  readonly levels: Readonly<Record<LevelKey, number>>;
  /** Keyed by the name of the log source. */
  readonly sources: ReadonlyMap<string, number>;
}

/** Counts without any record. */
export const noCounts: RecordCounts = {
  levels: { app: 0, error: 0, warning: 0, info: 0, debug: 0, other: 0 },
  sources: new Map(),
};

const defaultMaxText = 200_000_000;

/**
 * Stores the last records of a session: at least `capacity` of them, unless their text is longer than
 * `maxText` UTF-16 units. A record takes its text and 25 bytes, because full blocks of records are stored
 * as one string and columns of numbers.
 */
export class RecordBuffer {
  readonly #capacity: number;
  readonly #maxText: number;
  readonly #blocks: RecordBlock[] = [];
  /** The records after the last full block. */
  #open: LogRecord[] = [];
  #firstSeq = 0;
  #nextSeq = 0;
  /** The length of the text in full blocks. */
  #textLength = 0;
  /** The names by index; index 0 stands for records without a source. */
  readonly #sourceNames: (string | undefined)[] = [undefined];
  readonly #sourceIndex = new Map<string | undefined, number>([[undefined, 0]]);
  readonly #levelCounts = levelKeys.map(() => 0);
  readonly #sourceCounts: number[] = [0];

  constructor(capacity: number, maxText = defaultMaxText) {
    this.#capacity = capacity;
    this.#maxText = maxText;
  }

  get firstSeq(): number {
    return this.#firstSeq;
  }

  /** The `seq` of the next record to be added. */
  get nextSeq(): number {
    return this.#nextSeq;
  }

  /** Adds the record with `nextSeq`. When it grows later, call `update`. */
  add(record: LogRecord): void {
    this.#open.push(record);
    this.#nextSeq = record.seq + 1;
    this.#count(levelIndexOf(record), this.#indexOfSource(record.source), 1);
    if (this.#open.length === blockSize) this.#closeBlock();
  }

  update(record: LogRecord): void {
    if (record.seq < this.#firstSeq || this.#nextSeq - record.seq <= this.#open.length) return;
    const block = this.#blockOf(record.seq);
    block?.grown.set(record.seq - block.firstSeq, record);
  }

  get(seq: number): LogRecord | undefined {
    if (seq < this.#firstSeq || seq >= this.#nextSeq) return undefined;
    const inOpen = seq - (this.#nextSeq - this.#open.length);
    if (inOpen >= 0) return this.#open[inOpen];
    const block = this.#blockOf(seq);
    return block && readRecord(block, seq - block.firstSeq, this.#sourceNames);
  }

  /** Counts the stored records. */
  counts(): RecordCounts {
    return toRecordCounts(this.#levelCounts, this.#sourceCounts, this.#sourceNames);
  }

  /** Counts the stored records before `seq`, in time proportional to their number. */
  countsBefore(seq: number): RecordCounts {
    const byLevel = levelKeys.map(() => 0);
    const bySource = this.#sourceNames.map(() => 0);
    const add = (level: number, source: number) => {
      byLevel[level] = (byLevel[level] ?? 0) + 1;
      bySource[source] = (bySource[source] ?? 0) + 1;
    };
    for (const block of this.#blocks) {
      const end = Math.min(blockSize, seq - block.firstSeq);
      for (let i = 0; i < end; i++) add(block.tags[i]! & 7, block.sources[i]!);
    }
    for (const record of this.#open) {
      if (record.seq < seq) add(levelIndexOf(record), this.#indexOfSource(record.source));
    }
    return toRecordCounts(byLevel, bySource, this.#sourceNames);
  }

  /**
   * The sequence numbers, in order, of the records from `fromSeq` on that pass the filter. Throws a
   * SyntaxError if the regular expression is invalid.
   */
  select(filter: LogFilter, fromSeq: number): Uint32Array {
    const search = createTextSearch(filter);
    const criteria = createCriteria(filter, this.#sourceNames);
    const selection = new Selection(this.#nextSeq - Math.max(this.#firstSeq, fromSeq));
    for (const block of this.#blocks) {
      if (block.firstSeq + blockSize > fromSeq) selectInBlock(block, criteria, search, selection);
    }
    for (const record of this.#open) {
      const level = levelIndexOf(record);
      if (!criteria.level[level] || !criteria.source(this.#indexOfSource(record.source))) continue;
      if (!search || search.inText(searchedText(record))) selection.add(record.seq);
    }
    const all = selection.sorted();
    const from = all.findIndex((seq) => seq >= fromSeq);
    return from < 0 ? new Uint32Array() : all.subarray(from);
  }

  #indexOfSource(source: string | undefined): number {
    const known = this.#sourceIndex.get(source);
    if (known !== undefined) return known;
    // The columns have 16 bits per source. No real program has more sources; the rest count as the last one.
    const index = Math.min(this.#sourceNames.length, 0xffff);
    this.#sourceIndex.set(source, index);
    this.#sourceNames[index] = source;
    this.#sourceCounts[index] ??= 0;
    return index;
  }

  #count(level: number, source: number, by: number): void {
    this.#levelCounts[level] = (this.#levelCounts[level] ?? 0) + by;
    this.#sourceCounts[source] = (this.#sourceCounts[source] ?? 0) + by;
  }

  #blockOf(seq: number): RecordBlock | undefined {
    return this.#blocks[Math.floor((seq - (this.#blocks[0]?.firstSeq ?? 0)) / blockSize)];
  }

  /** Turns the open records into a block and drops the oldest blocks that exceed the limits. */
  #closeBlock(): void {
    const added = createBlock(this.#open, (source) => this.#indexOfSource(source));
    this.#blocks.push(added);
    this.#open = [];
    this.#textLength += added.text.length;
    while (
      this.#blocks[0] &&
      (this.#nextSeq - this.#firstSeq - blockSize >= this.#capacity || this.#textLength > this.#maxText)
    ) {
      const dropped = this.#blocks.shift()!;
      this.#textLength -= dropped.text.length;
      this.#firstSeq += blockSize;
      for (let i = 0; i < blockSize; i++) this.#count(dropped.tags[i]! & 7, dropped.sources[i]!, -1);
    }
  }
}

/** Which levels and sources pass a filter. */
interface Criteria {
  /** Keyed by the index of the level; 1 if it passes. */
  readonly level: Uint8Array;
  /** Whether the source with this index passes. */
  readonly source: (index: number) => boolean;
}

function createCriteria(filter: LogFilter, names: readonly (string | undefined)[]): Criteria {
  const included = filter.levels && new Set<LevelKey>(filter.levels);
  const level = Uint8Array.from(levelKeys, (key) => (included && !included.has(key) ? 0 : 1));
  const { sources, hiddenSources = [] } = filter;
  if (!sources && hiddenSources.length === 0) return { level, source: () => true };
  const [only, hidden] = [sources && new Set(sources), new Set(hiddenSources)];
  const passing = Uint8Array.from(names, (name) =>
    name === undefined ? Number(only === undefined) : Number((only?.has(name) ?? true) && !hidden.has(name)),
  );
  return { level, source: (index) => passing[index] === 1 };
}

function selectInBlock(
  block: RecordBlock,
  criteria: Criteria,
  search: TextSearch | undefined,
  selection: Selection,
): void {
  const { firstSeq, tags, sources, text, starts, grown } = block;
  const passes = (i: number) => criteria.level[tags[i]! & 7] && criteria.source(sources[i]!);
  if (!search) {
    for (let i = 0; i < blockSize; i++) if (passes(i)) selection.add(firstSeq + i);
    return;
  }
  search.inBlock(text, starts, (i) => {
    if (passes(i) && !grown.has(i)) selection.add(firstSeq + i);
  });
  for (const [i, record] of grown)
    if (passes(i) && search.inText(searchedText(record))) selection.add(firstSeq + i);
}

/** Collects numbers and returns them sorted; they nearly always arrive in order. */
class Selection {
  readonly #seqs: Uint32Array;
  #length = 0;
  #isSorted = true;

  constructor(maxLength: number) {
    this.#seqs = new Uint32Array(Math.max(0, maxLength) + blockSize);
  }

  add(seq: number): void {
    if (this.#length > 0 && this.#seqs[this.#length - 1]! > seq) this.#isSorted = false;
    this.#seqs[this.#length++] = seq;
  }

  sorted(): Uint32Array {
    const seqs = this.#seqs.slice(0, this.#length);
    return this.#isSorted ? seqs : seqs.sort();
  }
}

function toRecordCounts(
  byLevel: readonly number[],
  bySource: readonly number[],
  names: readonly (string | undefined)[],
): RecordCounts {
  const sources = names.flatMap((name, index) => {
    const count = bySource[index] ?? 0;
    return name !== undefined && count > 0 ? [[name, count] as const] : [];
  });
  const [app = 0, error = 0, warning = 0, info = 0, debug = 0, other = 0] = byLevel;
  return { levels: { app, error, warning, info, debug, other }, sources: new Map(sources) };
}
