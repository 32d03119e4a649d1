import { sep } from "node:path";
import type { SourceRange } from "../../ocaml/sourceRange.ts";
import { logCalls, type LogCall } from "../../ocaml/logs/logCalls.ts";
import type { LogRecord } from "../model.ts";
import { matchCallSites } from "./matchCallSites.ts";

/** A call site in the sources of a run and what it has logged. */
export interface CallSiteStats extends LogCall {
  readonly file: string;
  /** The last records, oldest first; at most 20. */
  readonly lastRecords: readonly LogRecord[];
  readonly count: number;
  /** Call sites that may have logged some of these records instead; at most 8. */
  readonly ambiguousWith: ReadonlySet<CallSiteStats>;
  /** Whether the current text of its file contains it. */
  readonly isPresent: boolean;
}

interface MutableStats extends CallSiteStats {
  file: string;
  range: SourceRange;
  isPresent: boolean;
  readonly lastRecords: LogRecord[];
  count: number;
  readonly ambiguousWith: Set<CallSiteStats>;
}

const maxRecords = 20;
const maxAmbiguous = 8;

/**
 * Counts which call site of a run's sources logged which record. The call sites are those at the time the
 * run began, because these are in the image; later edits only move and hide them.
 */
export class CallSiteCounter {
  readonly #files = new Map<string, MutableStats[]>();
  /** Call sites by level, including those whose level is computed at run time. `matchCallSites` caches an index per array. */
  #candidates = new Map<string, readonly MutableStats[]>();

  /** Adds a source file as it was when the run began. */
  addFile(file: string, text: string): void {
    const sites = logCalls(text).map((site) => ({
      ...site,
      file,
      isPresent: true,
      lastRecords: [],
      count: 0,
      ambiguousWith: new Set<CallSiteStats>(),
    }));
    this.#files.set(file, sites);
    this.#candidates = new Map();
  }

  /** Locates the call sites of an added file in its current text. Ignores other files. */
  setText(file: string, text: string): void {
    const sites = this.#files.get(file);
    if (!sites) return;
    const current = Map.groupBy(logCalls(text), keyOf);
    for (const site of sites) {
      const call = current.get(keyOf(site))?.shift();
      site.isPresent = call !== undefined;
      if (call) site.range = call.range;
    }
  }

  /** Follows the renaming of a file or folder. */
  rename(from: string, to: string): void {
    const renamed = [...this.#files].filter(([file]) => file === from || file.startsWith(from + sep));
    for (const [file, sites] of renamed) {
      const name = to + file.slice(from.length);
      this.#files.delete(file);
      this.#files.set(name, sites);
      for (const site of sites) site.file = name;
    }
  }

  /** Counts a record for every call site that may have logged it. */
  add(record: LogRecord): void {
    if (record.kind !== "log") return;
    const found = matchCallSites(record, this.#candidatesFor(record.level ?? ""));
    for (const site of found) {
      site.count += 1;
      site.lastRecords.push(record);
      if (site.lastRecords.length > maxRecords) site.lastRecords.shift();
      if (found.length === 1) continue;
      for (const other of found.slice(0, maxAmbiguous + 1))
        if (other !== site && site.ambiguousWith.size < maxAmbiguous) site.ambiguousWith.add(other);
    }
  }

  /** The call sites of a file that have logged and are in its current text. */
  logged(file: string): readonly CallSiteStats[] {
    return this.#files.get(file)?.filter(({ count, isPresent }) => count > 0 && isPresent) ?? [];
  }

  #candidatesFor(level: string): readonly MutableStats[] {
    const known = this.#candidates.get(level);
    if (known) return known;
    const all = [...this.#files.values()].flat();
    const found = level === "" ? all : all.filter((site) => site.level === level || site.level === undefined);
    this.#candidates.set(level, found);
    return found;
  }
}

/** Identifies a call site by level, source and format: one that differs in these logs something else. */
function keyOf({ level, source, format }: LogCall): string {
  return JSON.stringify([level, source, format]);
}
