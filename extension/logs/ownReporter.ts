import type { LogLine } from "./logLine.ts";
import { levelWords, sourceNames } from "./logLine.ts";
import type { Level } from "./model.ts";

/** What such a line tells; the time only where it surely is one. */
export type OwnLine = Pick<LogLine, "message" | "level" | "lead" | "column"> & {
  readonly source: string | undefined;
  readonly loggedAt: number | undefined;
};

/** With which the words for levels begin. */
const levelLetters = "AEWID";
/** No head is longer; keeps the search for one from the whole of a long line. */
const maxHead = 240;
const level = String.raw`\[(?<level>APP|ERROR|ERR|WARNING|WARN|WRN|INFO|INF|DEBUG|DBG)\]`;
const stamp = String.raw`\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,12})?(?: ?(?:Z|[+-]\d\d:?\d\d))?`;
const brackets = String.raw`\[[^\][]{1,80}\]`;
const name = String.raw`[\w.:/-]{1,80}`;

/** `main.exe: [INFO] message`, `[INFO] message`, of Logs itself (its `logs_fmt.ml`). */
const named = new RegExp(String.raw`^(?:(?<program>[\w./-]{1,80}): )?${level} `);
/** `[+0.0012][0][INFO][source]: message`, `[TIME] [INFO] [source] message`, `[TIME]   source [INFO] message`. */
const bracketed = new RegExp(
  String.raw`^(?<before>(?:${brackets} ?){0,3}?)(?: *(?<padded>${name}) )?${level}(?<after>(?:${brackets}){0,3})(?<colon>:?)(?: |$)`,
);
/** The same without a level: App has none, a header stands in place of it. */
const levelless = new RegExp(String.raw`^(?<all>(?:${brackets} ?){1,7})(?<colon>:?) `);
/** `      source [INFO] message`, `+0123us  source [INFO]: message`. */
const padded = new RegExp(
  String.raw`^(?<field>(?:[+-]?\d[\d.]{0,12}[a-z]{0,2} )? {0,60}(?<source>${name})) {1,20}${level}:? `,
);
const paddedApp = new RegExp(String.raw`^(?<field> {1,60}(?<source>${name}))(?:  | : )`);
/** `2026-11-27T21:44:21+01:00 [INFO] message`, `TIME: source: [INFO] message`, `TIME INFO message`. */
const stamped = new RegExp(String.raw`^(?<stamp>${stamp})(?<colon>:?) `);
const behindStamp = new RegExp(
  String.raw`^(?:(?<source>${name}): )?(?:${level}|(?<word>[A-Z]{3,7})(?=[: ]):?)(?: \[(?<bracket>[^\][]{1,80})\])?(?: |$)`,
);
/** No source's name has fewer columns, so that `see [ERROR] here` is text. */
const leastPadding = 8;

/** What stood behind the time, or behind the first bracket, in lines seen before; most lines have one of them. */
interface Tail {
  readonly text: string;
  readonly level: Level;
  readonly source: string | undefined;
}
const maxTails = 32;

/** What the heads of a stream were like, by which one without a level is known. */
interface Seen {
  readonly tails: Tail[];
  /** One string for each source. */
  readonly names: (source: string) => string;
  program: string | undefined;
  /** How many brackets stood around the level, and whether a colon behind them. */
  readonly shapes: Set<string>;
  /** The column at which padded sources end. */
  column: number | undefined;
}

/**
 * A reader of the lines of reporters other than mirage-logs: those that come with Logs, and such as
 * programs define themselves, which mostly print `Logs.pp_header` or `Logs_fmt.pp_header` between times,
 * process or domain, and source. Undefined for any other line.
 */
export function ownReporterReader(): (line: string) => OwnLine | undefined {
  const seen: Seen = {
    tails: [],
    names: sourceNames(),
    program: undefined,
    shapes: new Set(),
    column: undefined,
  };
  return (line) => {
    const first = line.charCodeAt(0);
    if (first >= 0x30 && first <= 0x39 && line.charCodeAt(4) === 0x2d) return ofStamp(line, seen);
    const open = line.indexOf("[");
    // Elsewhere than at the line's begin the first bracket is the level's, but for what earlier lines taught.
    const isLevel =
      open >= 0 && open < maxHead && (open === 0 || levelLetters.includes(line.charAt(open + 1)));
    if (!isLevel && seen.column === undefined && seen.program === undefined) return undefined;
    const start = line.slice(0, maxHead);
    if (open === 0) {
      const end = firstOfNumber(start);
      const known = ofTail(line, end, seen, end === 0 ? undefined : timeOf(line.slice(1, end - 1)));
      if (known) return known;
    }
    const read =
      ofName(line, start, seen) ??
      (open === 0 ? ofBrackets(line, start, seen) : undefined) ??
      ofColumn(line, start, seen);
    return read?.source === undefined ? read : { ...read, source: seen.names(read.source) };
  };
}

/** Where the first bracket ends, if there is a number or a time in it; else 0. */
function firstOfNumber(start: string): number {
  const code = start.charCodeAt(1);
  const isNumber = code === 0x2b || code === 0x2d || code === 0x20 || (code >= 0x30 && code <= 0x39);
  return isNumber ? start.indexOf("]") + 1 : 0;
}

function ofTail(line: string, at: number, { tails }: Seen, time: number | undefined): OwnLine | undefined {
  for (const { text, level: told, source } of tails) {
    if (!line.startsWith(text, at)) continue;
    const column = at + text.length;
    // Here a source may follow.
    if (source === undefined && line.charCodeAt(column) === 0x5b) continue;
    return own(line, column, told, source, time);
  }
  return undefined;
}

/** Keeps what stood there for the lines to come. */
function keepTail(
  { tails, names }: Seen,
  text: string,
  told: Level | undefined,
  source: string | undefined,
): void {
  // An end of the line as the end of a head would be found within others.
  if (tails.length >= maxTails || told === undefined || !text.endsWith(" ")) return;
  // Through a buffer, for a slice would hold on to the text it is of.
  const copy = Buffer.from(text).toString();
  tails.push({ text: copy, level: told, source: source === undefined ? undefined : names(source) });
}

function ofName(line: string, start: string, seen: Seen): OwnLine | undefined {
  const match = named.exec(start);
  if (match) {
    const { program, level: word } = match.groups ?? {};
    seen.program = program ?? seen.program;
    return own(line, match[0].length, levelOf(word));
  }
  if (seen.program === undefined || !start.startsWith(`${seen.program}: [`)) return undefined;
  const column = seen.program.length + 2;
  const header = /^\[[^\][]{1,80}\] /.exec(start.slice(column));
  return header ? { ...own(line, column, undefined), lead: header[0].length } : undefined;
}

function ofBrackets(line: string, start: string, seen: Seen): OwnLine | undefined {
  const match = bracketed.exec(start);
  if (match) {
    const { before = "", padded: field, after = "", colon = "", level: word } = match.groups ?? {};
    const [lead, tail] = [inBrackets(before), inBrackets(after)];
    if (lead.length === 0 && field !== undefined) return undefined;
    const time = [...lead, ...tail].map(timeOf).find((at) => at !== undefined);
    // Behind a time and a level in brackets of their own comes the source, as with mirage-logs.
    const next =
      before.endsWith("] ") && tail.length === 0
        ? /^\[([^\][]{1,80})\] /.exec(start.slice(match[0].length))
        : null;
    seen.shapes.add(`${lead.length + tail.length}${colon}`);
    const source = field ?? next?.[1] ?? nameIn(tail) ?? nameIn(lead);
    const column = match[0].length + (next?.[0].length ?? 0);
    const end = firstOfNumber(start);
    if (time === undefined || time === timeOf(lead[0] ?? ""))
      keepTail(seen, line.slice(end, column), levelOf(word), source);
    return own(line, column, levelOf(word), source, time);
  }
  if (seen.shapes.size === 0) return undefined;
  const other = levelless.exec(start);
  const { all = "", colon = "" } = other?.groups ?? {};
  const parts = inBrackets(all);
  // One bracket and no colon may be the text of a message.
  if (!other || (colon === "" && !/^[+\d]/.test(parts[0] ?? ""))) return undefined;
  const time = parts.map(timeOf).find((at) => at !== undefined);
  const source = nameIn(parts);
  const column = other[0].length;
  if (seen.shapes.has(`${parts.length}${colon}`)) return own(line, column, "app", source, time);
  if (!seen.shapes.has(`${parts.length - 1}${colon}`)) return undefined;
  const header = parts.find((part) => /^[A-Za-z]/.test(part) && part !== source);
  const lead = header === undefined ? "" : `[${header}] `;
  return {
    ...own(line, column, undefined, source, time),
    message: lead + line.slice(column),
    lead: lead.length,
  };
}

function ofColumn(line: string, start: string, seen: Seen): OwnLine | undefined {
  const match = padded.exec(start);
  const { field = "", source, level: word } = match?.groups ?? {};
  if (match && field.length >= leastPadding) {
    if (field.startsWith(" ")) seen.column = field.length;
    return own(line, match[0].length, levelOf(word), source);
  }
  const app = seen.column === undefined ? null : paddedApp.exec(start);
  if (!app || app.groups?.["field"]?.length !== seen.column) return undefined;
  return own(line, app[0].length, "app", app.groups?.["source"]);
}

function ofStamp(line: string, seen: Seen): OwnLine | undefined {
  const start = line.slice(0, maxHead);
  const match = stamped.exec(start);
  if (!match) return undefined;
  const time = timeOf(match.groups?.["stamp"] ?? "");
  const [{ length: at }] = match;
  const before = ofTail(line, at, seen, time);
  if (before) return before;
  const rest = behindStamp.exec(start.slice(at));
  const { source, bracket, level: bracketedWord, word = bracketedWord } = rest?.groups ?? {};
  const known = levelOf(word);
  if (rest && known !== undefined) {
    const column = at + rest[0].length;
    const from = source ?? bracket;
    keepTail(seen, line.slice(at, column), known, from);
    return own(line, column, known, from === undefined ? undefined : seen.names(from), time);
  }
  // Without a zone it may be any text with a date; with one, surely a message of its own begins.
  if (time === undefined) return undefined;
  return line.charCodeAt(at) === 0x20
    ? own(line, at + 1, "app", undefined, time)
    : own(line, at, undefined, undefined, time);
}

const own = (
  line: string,
  column: number,
  told: Level | undefined,
  source?: string,
  loggedAt?: number,
): OwnLine => ({ message: line.slice(column), level: told, lead: 0, column, source, loggedAt });

const levelOf = (word: string | undefined): Level | undefined =>
  word === undefined ? undefined : levelWords.get(word);

const inBrackets = (text: string): readonly string[] =>
  [...text.matchAll(/\[([^\][]*)\]/g)].map(([, inside = ""]) => inside.trim());

/** The last that is a name; times, numbers of processes and domains are none. */
const nameIn = (parts: readonly string[]): string | undefined =>
  parts.findLast((part) => /^[A-Za-z_]/.test(part));

const rfc3339 =
  /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d):(\d\d)(?:[.,](\d{1,3})\d*)? ?(?:Z|([+-]\d\d):?(\d\d))$/;

/** RFC 3339 with a zone, also one without its colon, or seconds since the epoch with a fraction. */
function timeOf(text: string): number | undefined {
  if (text.length < 12) return undefined;
  if (text.charCodeAt(10) === 0x2e)
    return /^\d{10}\.\d{1,9}$/.test(text) ? Math.floor(Number(text) * 1000) : undefined;
  const match = rfc3339.exec(text);
  if (!match) return undefined;
  const [, year, month, day, hours, minutes, seconds, fraction = "0", zoneHours = "+0", zoneMinutes = 0] =
    match;
  const offset = Number(zoneHours) * 60 + Number(zoneMinutes) * (zoneHours.startsWith("-") ? -1 : 1);
  return (
    Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hours), Number(minutes), Number(seconds)) +
    Number(fraction.padEnd(3, "0")) -
    offset * 60_000
  );
}
