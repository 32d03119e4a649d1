import type { CallSite } from "./callSites.ts";
import type { LogRecord } from "./model.ts";

/**
 * The sites that can have given a record: more than one means that it cannot be told which. Those that
 * tell most of the message come first. The same array of sites is looked up the faster the next time.
 */
export function matchRecord<Site extends CallSite>(record: LogRecord, sites: readonly Site[]): Site[] {
  if (record.kind !== "log" || sites.length === 0) return [];
  // Tags and header are not of the format.
  const line = record.message.slice(record.lead);
  const body = [line, ...record.more].join("\n");
  let index = indexes.get(sites);
  if (!index) indexes.set(sites, (index = indexOf(sites)));
  const head = headOf(body);
  // A header stands in place of the level.
  const isHeaded = record.level === undefined && record.lead > 0;
  const candidates = index
    .flatMap(({ length, sites: begun }) => begun.get(head.slice(0, length)) ?? [])
    .map((at) => sites[at]!)
    .filter(
      (site) =>
        (site.hasHeader || !isHeaded) &&
        (site.source === undefined || !record.source || site.source === record.source) &&
        (site.level === undefined || record.level === undefined || site.level === record.level),
    );
  const whole = candidates.filter((site) => site.matcher.matches(body));
  const tells = whole.some(({ matcher }) => matcher.literal > 0);
  // What the program printed otherwise follows a message as its further lines would.
  const beginnings = tells
    ? []
    : record.more.slice(0, maxLines).map((_, count) => [line, ...record.more.slice(0, count)].join("\n"));
  const found = candidates.filter(
    (site) => whole.includes(site) || beginnings.some((text) => site.matcher.matches(text)),
  );
  return found.sort((a, b) => b.matcher.literal - a.matcher.literal);
}

/** A format with more lines is looked for in the whole message only. */
const maxLines = 20;

/** How much of a message is looked up. */
const longest = 64;
/** Sites by what their messages begin with, by its length. */
type Index = readonly { readonly length: number; readonly sites: ReadonlyMap<string, number[]> }[];
const indexes = new WeakMap<readonly CallSite[], Index>();

function indexOf(sites: readonly CallSite[]): Index {
  const beginning = (at: number) => withoutBlanks(sites[at]!.matcher.prefix).slice(0, longest);
  return [...Map.groupBy(sites.keys(), (at) => beginning(at).length)].map(([length, ats]) => ({
    length,
    sites: Map.groupBy(ats, beginning),
  }));
}

function headOf(body: string): string {
  const head = withoutBlanks(body.slice(0, 2 * longest));
  const isShort = head.length < longest && body.length > 2 * longest;
  return (isShort ? withoutBlanks(body.slice(0, 64 * longest)) : head).slice(0, longest);
}

/** Boxes wrap where they want: what blanks there are does not tell. */
function withoutBlanks(text: string): string {
  return text.replaceAll(/\s+/g, "");
}
