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
  let byBeginning = indexes.get(sites);
  if (!byBeginning) {
    byBeginning = Map.groupBy(sites.keys(), (at) => beginning(sites[at]!.matcher.prefix));
    indexes.set(sites, byBeginning);
  }
  const key = beginning(line.length < 4 ? body : line);
  const candidates = [...(key === "" ? [] : (byBeginning.get(key) ?? [])), ...(byBeginning.get("") ?? [])]
    .map((at) => sites[at]!)
    .filter(
      (site) =>
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
const indexes = new WeakMap<readonly CallSite[], Map<string, number[]>>();

/** Few formats of a program share it; empty where a text is too short to tell. */
function beginning(text: string): string {
  return text.length < 4 ? "" : text.slice(0, 4);
}
