import { sep } from "node:path";
import type { SourceRange } from "../project/config.ts";
import { callSites, type CallSite } from "./callSites.ts";
import type { LogRecord } from "./model.ts";
import { matchRecord } from "./siteMatch.ts";

/** A call site of a run's sources and what it has logged. */
export interface TalliedSite extends CallSite {
  readonly file: string;
  /** The last messages, the newest last. */
  readonly last: readonly LogRecord[];
  readonly count: number;
  /** Call sites that can have logged some of these too; no more than a few. */
  readonly others: ReadonlySet<TalliedSite>;
  /** The text of its file has it now. */
  readonly isThere: boolean;
}

interface Mutable extends TalliedSite {
  file: string;
  range: SourceRange;
  isThere: boolean;
  readonly last: LogRecord[];
  count: number;
  readonly others: Set<TalliedSite>;
}

/**
 * Says which call site of a run's sources logged which record. The sites are those that the sources had
 * when the run began, for these are in the image; what is typed afterwards moves and hides them only.
 */
export interface SiteTally {
  /** A file of the run's sources, as it was when the run began. */
  readonly addFile: (file: string, text: string) => void;
  /** The text of a file as it is now, which says where its sites are; of no other file than was added. */
  readonly setText: (file: string, text: string) => void;
  /** A file or a folder has another name now. */
  readonly rename: (from: string, to: string) => void;
  readonly add: (record: LogRecord) => void;
  /** The sites of a file that have logged and are in its text now. */
  readonly logged: (file: string) => readonly TalliedSite[];
}

const keptMessages = 20;
const keptOthers = 8;

export function createSiteTally(): SiteTally {
  const files = new Map<string, Mutable[]>();
  /** By level, each with those whose level the program computes; one array each, for its index is kept. */
  let candidates = new Map<string, readonly Mutable[]>();

  const candidatesOf = (level: string): readonly Mutable[] => {
    const known = candidates.get(level);
    if (known) return known;
    const all = [...files.values()].flat();
    const found = level === "" ? all : all.filter((site) => site.level === level || site.level === undefined);
    candidates.set(level, found);
    return found;
  };

  return {
    addFile: (file, text) => {
      const sites = callSites(text);
      files.set(
        file,
        sites.map((site) => ({ ...site, file, isThere: true, last: [], count: 0, others: new Set() })),
      );
      candidates = new Map();
    },
    setText: (file, text) => {
      const ours = files.get(file);
      if (!ours) return;
      const now = Map.groupBy(callSites(text), keyOf);
      for (const site of ours) {
        const place = now.get(keyOf(site))?.shift();
        site.isThere = place !== undefined;
        if (place) site.range = place.range;
      }
    },
    rename: (from, to) => {
      const moved = [...files].filter(([file]) => file === from || file.startsWith(from + sep));
      for (const [file, sites] of moved) {
        const name = to + file.slice(from.length);
        files.delete(file);
        files.set(name, sites);
        for (const site of sites) site.file = name;
      }
    },
    add: (record) => {
      if (record.kind !== "log") return;
      const found = matchRecord(record, candidatesOf(record.level ?? ""));
      for (const site of found) {
        site.count += 1;
        site.last.push(record);
        if (site.last.length > keptMessages) site.last.shift();
        if (found.length === 1) continue;
        for (const other of found.slice(0, keptOthers + 1))
          if (other !== site && site.others.size < keptOthers) site.others.add(other);
      }
    },
    logged: (file) => files.get(file)?.filter(({ count, isThere }) => count > 0 && isThere) ?? [],
  };
}

/** Level, source and format: a site that has another one of these logs something else. */
function keyOf({ level, source, format }: CallSite): string {
  return JSON.stringify([level, source, format]);
}
