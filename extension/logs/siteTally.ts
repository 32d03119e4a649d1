import { callSites, matchRecord, type CallSite } from "./callSites.ts";
import type { LogRecord } from "./model.ts";

/** A call site and what it has logged in a run. */
export interface TalliedSite extends CallSite {
  readonly file: string;
  /** The last messages, the newest last. */
  readonly last: LogRecord[];
  readonly count: number;
  /** Another call site can have logged these too. */
  readonly ambiguous: boolean;
}

interface Mutable extends TalliedSite {
  count: number;
  ambiguous: boolean;
}

/** Says which call site of a project's files logged which record. */
export interface SiteTally {
  /** The text of a file, anew after an edit: sites whose format is still there keep their messages. */
  readonly setFile: (file: string, text: string) => void;
  readonly add: (record: LogRecord) => void;
  /** The sites of a file that have logged. */
  readonly logged: (file: string) => readonly TalliedSite[];
}

const keptMessages = 20;

export function createSiteTally(): SiteTally {
  const files = new Map<string, Mutable[]>();
  /** Sites by what a record must have, so that few are tried. */
  let index: Map<string, Mutable[]> | undefined;

  const candidates = (record: LogRecord): readonly Mutable[] => {
    index ??= indexOf([...files.values()].flat());
    const levels = record.level === undefined ? [...index.keys()] : [record.level, ""];
    return levels.flatMap((level) => index?.get(level) ?? []);
  };

  return {
    setFile: (file, text) => {
      const before = Map.groupBy(files.get(file) ?? [], keyOf);
      const sites = callSites(text).map((site): Mutable => {
        const old = before.get(keyOf(site))?.shift();
        const { last = [], count = 0, ambiguous = false } = old ?? {};
        return { ...site, file, last, count, ambiguous };
      });
      files.set(file, sites);
      index = undefined;
    },
    add: (record) => {
      if (record.kind !== "log") return;
      const found = matchRecord(record, candidates(record));
      for (const site of found) {
        site.count += 1;
        site.ambiguous ||= found.length > 1;
        site.last.push(record);
        if (site.last.length > keptMessages) site.last.shift();
      }
    },
    logged: (file) => files.get(file)?.filter(({ count }) => count > 0) ?? [],
  };
}

/** Level, source and format: a site that has another one of these logs something else. */
function keyOf({ level, source, format }: CallSite): string {
  return JSON.stringify([level, source, format]);
}

function indexOf(sites: readonly Mutable[]): Map<string, Mutable[]> {
  return Map.groupBy(sites, ({ level }) => level ?? "");
}
