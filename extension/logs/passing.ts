import { levelKeys, type Filter } from "../../webviews/logs/messages.ts";
import { TookTooLong, withinTime } from "./limit.ts";
import { hitFinder, type LogFilter } from "./search.ts";
import { t } from "../platform/l10n.ts";

/** From `first` to before `end`. */
export interface Span {
  readonly first: number;
  readonly end: number;
}

/** Where the filter's text is in a text. */
type FindHits = (text: string) => readonly number[];

/**
 * The records of one session that pass one filter. Rows have ordinals: their place among all records that
 * ever passed; without a filter that is the record's number.
 */
export interface Passing {
  /** Looks which of the records that have come since pass; `span` is of those that may be shown. */
  readonly read: (span: Span) => void;
  /** The ordinals of the rows that are there. */
  readonly ordinals: (span: Span) => Span;
  /** The numbers of the records in these rows; undefined where they are the ordinals themselves. */
  readonly numbers: (from: number, to: number) => readonly number[] | undefined;
  /** The ordinal of a record, or of the next one that passes. */
  readonly ordinalOf: (seq: number) => number;
  readonly passes: (seq: number) => boolean;
  /** Does what marks the filter's text; a regular expression that takes too long marks nothing. */
  readonly marking: <T>(work: (find: FindHits) => T) => T;
  /** Why the filter cannot be used. */
  readonly fault: () => string | undefined;
}

/** A regular expression that needs longer for all records, or for the rows of a window, is given up. */
const searchMs = 1000;
const hitsMs = 100;

/** `query` gives the numbers of the records from one on that pass, in order; it may throw. */
export function createPassing(
  filter: Filter,
  query: (filter: LogFilter, from: number) => Iterable<number>,
): Passing {
  const wish = queryOf(filter);
  const matches: number[] | undefined = isOpen(filter) ? undefined : [];
  /** The records before this one have been looked at. */
  let next = 0;
  let fault: string | undefined;

  /** A regular expression of the user's is given only so much time. */
  const guarded = <T>(limitMs: number, otherwise: T, work: () => T): T => {
    if (fault !== undefined) return otherwise;
    try {
      return filter.regex && filter.text !== "" ? withinTime(limitMs, work) : work();
    } catch (error) {
      fault =
        error instanceof TookTooLong
          ? t(
              "The regular expression takes too long: make it simpler, for example without a repetition in a repetition.",
            )
          : wordsOf(error);
      return otherwise;
    }
  };
  const hits = guarded(hitsMs, undefined, () => hitFinder(wish));

  return {
    read: ({ first, end }) => {
      if (!matches) return;
      const from = Math.max(first, next);
      // The last one may have got more lines since, and pass now.
      while ((matches.at(-1) ?? -1) >= from) matches.pop();
      for (const seq of guarded<Iterable<number>>(searchMs, [], () => query(wish, from))) {
        if (seq >= end) break;
        matches.push(seq);
      }
      next = Math.max(first, end - 1);
    },
    ordinals: (span) => (matches ? { first: lowerBound(matches, span.first), end: matches.length } : span),
    numbers: (from, to) => matches?.slice(from, to),
    ordinalOf: (seq) => (matches ? lowerBound(matches, seq) : seq),
    passes: (seq) => matches === undefined || matches[lowerBound(matches, seq)] === seq,
    marking: (work) => guarded(hitsMs, undefined, () => work(hits ?? noHits)) ?? work(noHits),
    fault: () => fault,
  };
}

const noHits: FindHits = () => [];

/** Whether all records pass. */
export function isOpen({ hidden, sources, hiddenSources, text }: Filter): boolean {
  return hidden.length === 0 && sources === undefined && hiddenSources.length === 0 && text === "";
}

function queryOf({ hidden, text, regex, ...rest }: Filter): LogFilter {
  const levels = hidden.length > 0 && { levels: levelKeys.filter((level) => !hidden.includes(level)) };
  return { ...rest, ...levels, text, regex };
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function lowerBound(numbers: readonly number[], least: number): number {
  let [low, high] = [0, numbers.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((numbers[middle] ?? 0) < least) low = middle + 1;
    else high = middle;
  }
  return low;
}
