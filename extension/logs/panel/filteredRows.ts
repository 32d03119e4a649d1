import { levelKeys, type RecordFilter } from "../../protocol/logs.ts";
import { TimeLimitExceeded, withTimeLimit } from "../store/timeLimit.ts";
import { createHitFinder, type LogFilter } from "../store/search.ts";
import { t } from "../../protocol/l10n.ts";
import type { FindHits } from "./panelRows.ts";

/** Numbers from `first` to before `end`. */
export interface RowRange {
  readonly first: number;
  readonly end: number;
}

/** Returns the numbers, in order, of the records from `from` on that pass the filter; may throw. */
export type RecordQuery = (filter: LogFilter, from: number) => Iterable<number>;

/** Time limits for a regular expression on all records and on the rows of a page. */
const searchMs = 1000;
const hitsMs = 100;

/**
 * The records of one session that pass one filter. Rows have ordinals: their position among all records
 * that ever passed the filter. Without a filter, the ordinal is the record's number.
 */
export class FilteredRows {
  readonly #query: RecordQuery;
  readonly #filter: LogFilter;
  /** Whether the filter has a regular expression, which may backtrack forever. */
  readonly #isTimeLimited: boolean;
  /** The numbers of the records that pass; `undefined` if all records do. */
  readonly #matches: number[] | undefined;
  readonly #findHits: FindHits | undefined;
  /** The records before this one have been filtered. */
  #next = 0;
  #error: string | undefined;

  constructor(filter: RecordFilter, query: RecordQuery) {
    this.#query = query;
    this.#filter = toLogFilter(filter);
    this.#isTimeLimited = filter.regex && filter.text !== "";
    this.#matches = isUnfiltered(filter) ? undefined : [];
    this.#findHits = this.#guard(hitsMs, undefined, () => createHitFinder(this.#filter));
  }

  /** Why the filter cannot be used. */
  get error(): string | undefined {
    return this.#error;
  }

  /** Filters the records that were added since the last call. `span` has the records that may be shown. */
  update({ first, end }: RowRange): void {
    const matches = this.#matches;
    if (!matches) return;
    const from = Math.max(first, this.#next);
    // The last record may have grown since, and may pass now.
    while ((matches.at(-1) ?? -1) >= from) matches.pop();
    const found = this.#guard<Iterable<number>>(searchMs, [], () => this.#query(this.#filter, from));
    for (const seq of found) {
      if (seq >= end) break;
      matches.push(seq);
    }
    this.#next = Math.max(first, end - 1);
  }

  /** The ordinals of the rows whose records are in `span`. */
  ordinals(span: RowRange): RowRange {
    const matches = this.#matches;
    return matches ? { first: lowerBound(matches, span.first), end: matches.length } : span;
  }

  /** The numbers of the records in these rows; `undefined` if they equal the ordinals. */
  recordNumbers(from: number, to: number): readonly number[] | undefined {
    return this.#matches?.slice(from, to);
  }

  /** The ordinal of a record, or of the next one that passes. */
  ordinalOf(seq: number): number {
    return this.#matches ? lowerBound(this.#matches, seq) : seq;
  }

  passes(seq: number): boolean {
    return this.#matches === undefined || this.#matches[lowerBound(this.#matches, seq)] === seq;
  }

  /** Runs `work` with a function that finds the filter's text. If that takes too long, runs it without hits. */
  withHits<T>(work: (findHits: FindHits) => T): T {
    return this.#guard(hitsMs, undefined, () => work(this.#findHits ?? noHits)) ?? work(noHits);
  }

  /** Runs `work` within a time limit; after an error, stores it and returns `fallback` from then on. */
  #guard<T>(limitMs: number, fallback: T, work: () => T): T {
    if (this.#error !== undefined) return fallback;
    try {
      return this.#isTimeLimited ? withTimeLimit(limitMs, work) : work();
    } catch (error) {
      this.#error =
        error instanceof TimeLimitExceeded
          ? t(
              "The regular expression takes too long. Simplify it, for example by removing nested repetitions.",
            )
          : errorMessage(error);
      return fallback;
    }
  }
}

const noHits: FindHits = () => [];

/** Whether all records pass the filter. */
export function isUnfiltered({ hidden, sources, hiddenSources, text }: RecordFilter): boolean {
  return hidden.length === 0 && sources === undefined && hiddenSources.length === 0 && text === "";
}

function toLogFilter({ hidden, text, regex, ...rest }: RecordFilter): LogFilter {
  const levels = hidden.length > 0 && { levels: levelKeys.filter((level) => !hidden.includes(level)) };
  return { ...rest, ...levels, text, regex };
}

function errorMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The index of the first number that is at least `least`, in a sorted list. */
function lowerBound(numbers: readonly number[], least: number): number {
  let [low, high] = [0, numbers.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((numbers[middle] ?? 0) < least) low = middle + 1;
    else high = middle;
  }
  return low;
}
