import type { LogCall } from "../../ocaml/logs/logCalls.ts";
import type { LogRecord } from "../model.ts";

/**
 * Finds the call sites that may have logged a record; more than one if the record is ambiguous. Those whose
 * format has the most literal text come first. An index is cached for each array of sites.
 */
export function matchCallSites<Site extends LogCall>(record: LogRecord, sites: readonly Site[]): Site[] {
  if (record.kind !== "log" || sites.length === 0) return [];
  // Tags and header are not part of the format.
  const line = record.message.slice(record.prefixLength);
  const body = [line, ...record.more].join("\n");
  let index = indexes.get(sites);
  if (!index) indexes.set(sites, (index = createIndex(sites)));
  const beginning = beginningOf(body);
  // A header replaces the level.
  const hasHeader = record.level === undefined && record.prefixLength > 0;
  const candidates = index
    .flatMap(({ length, sites: begun }) => begun.get(beginning.slice(0, length)) ?? [])
    .map((at) => sites[at]!)
    .filter(
      (site) =>
        (site.hasHeader || !hasHeader) &&
        (site.source === undefined || !record.source || site.source === record.source) &&
        (site.level === undefined || record.level === undefined || site.level === record.level),
    );
  const whole = candidates.filter((site) => site.matcher.matches(body));
  const hasLiteralMatch = whole.some(({ matcher }) => matcher.literal > 0);
  // Other output of the program looks like further lines of the message, so the first lines are also tried.
  const beginnings = hasLiteralMatch
    ? []
    : record.more.slice(0, maxLines).map((_, count) => [line, ...record.more.slice(0, count)].join("\n"));
  const found = candidates.filter(
    (site) => whole.includes(site) || beginnings.some((text) => site.matcher.matches(text)),
  );
  return found.sort((a, b) => b.matcher.literal - a.matcher.literal);
}

/** Messages are cut after at most this many lines; formats with more lines must match the whole message. */
const maxLines = 20;

/** How many characters at the start of a message the index uses. */
const indexedLength = 64;
/** Sites by the text that their messages begin with, grouped by its length. */
type SiteIndex = readonly { readonly length: number; readonly sites: ReadonlyMap<string, number[]> }[];
const indexes = new WeakMap<readonly LogCall[], SiteIndex>();

function createIndex(sites: readonly LogCall[]): SiteIndex {
  const beginning = (at: number) => withoutSpace(sites[at]!.matcher.prefix).slice(0, indexedLength);
  return [...Map.groupBy(sites.keys(), (at) => beginning(at).length)].map(([length, ats]) => ({
    length,
    sites: Map.groupBy(ats, beginning),
  }));
}

/** The start of a message as it is looked up in the index. */
function beginningOf(body: string): string {
  const start = withoutSpace(body.slice(0, 2 * indexedLength));
  const isShort = start.length < indexedLength && body.length > 2 * indexedLength;
  return (isShort ? withoutSpace(body.slice(0, 64 * indexedLength)) : start).slice(0, indexedLength);
}

/** Removes white space: Format may break a line at any of it. */
function withoutSpace(text: string): string {
  return text.replaceAll(/\s+/g, "");
}
