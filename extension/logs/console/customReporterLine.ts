import type { LogsLine } from "./logsLine.ts";
import { levelsByWord, createSourceInterner } from "./logsLine.ts";
import type { Level } from "../../ocaml/logs/levels.ts";

/** The parts of a line of a custom reporter. The time is only set if it is certainly one. */
export type CustomReporterLine = Pick<LogsLine, "message" | "level" | "prefixLength" | "column"> & {
  readonly source: string | undefined;
  /** Milliseconds since the epoch. */
  readonly loggedAt: number | undefined;
};

/** The first letters of level names. */
const levelInitials = "AEWID";
/** Limits the search for the head of a line, so that long lines are not searched completely. */
const maxHead = 240;
const level = String.raw`\[(?<level>APP|ERROR|ERR|WARNING|WARN|WRN|INFO|INF|DEBUG|DBG)\]`;
const stamp = String.raw`\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,12})?(?: ?(?:Z|[+-]\d\d:?\d\d))?`;
const brackets = String.raw`\[[^\][]{1,80}\]`;
const name = String.raw`[\w.:/-]{1,80}`;

/** `main.exe: [INFO] message`, `[INFO] message`, from Logs itself (its `logs_fmt.ml`). */
const withProgram = new RegExp(String.raw`^(?:(?<program>[\w./-]{1,80}): )?${level} `);
/** `[+0.0012][0][INFO][source]: message`, `[TIME] [INFO] [source] message`, `[TIME]   source [INFO] message`. */
const bracketed = new RegExp(
  String.raw`^(?<before>(?:${brackets} ?){0,3}?)(?: *(?<padded>${name}) )?${level}(?<after>(?:${brackets}){0,3})(?<colon>:?)(?: |$)`,
);
/** The same without a level: App has none, and a header replaces it. */
const withoutLevel = new RegExp(String.raw`^(?<all>(?:${brackets} ?){1,7})(?<colon>:?) `);
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
/** The least width of a padded source, so that `see [ERROR] here` is not taken for one. */
const minPadding = 8;

/** The text between time stamp (or first bracket) and message that an earlier line had; most lines repeat one. */
interface KnownHead {
  readonly text: string;
  readonly level: Level;
  readonly source: string | undefined;
}
const maxKnownHeads = 32;

/** What earlier heads of the stream looked like; it helps to recognize heads without a level. */
interface SeenHeads {
  readonly known: KnownHead[];
  /** Returns one shared string for each source. */
  readonly internSource: (source: string) => string;
  program: string | undefined;
  /** The number of brackets beside the level, followed by a colon if there was one. */
  readonly shapes: Set<string>;
  /** The column at which padded sources end. */
  sourceEnd: number | undefined;
}

/**
 * Creates a parser for lines of reporters other than mirage-logs: those in Logs itself and those that
 * programs define. Most print `Logs.pp_header` or `Logs_fmt.pp_header` between time, process or domain, and
 * source. The parser returns `undefined` for any other line.
 */
export function createCustomReporterParser(): (line: string) => CustomReporterLine | undefined {
  const seen: SeenHeads = {
    known: [],
    internSource: createSourceInterner(),
    program: undefined,
    shapes: new Set(),
    sourceEnd: undefined,
  };
  return (line) => {
    const first = line.charCodeAt(0);
    if (first >= 0x30 && first <= 0x39 && line.charCodeAt(4) === 0x2d) return parseStamped(line, seen);
    const open = line.indexOf("[");
    // Unless earlier lines showed otherwise, a first bracket inside the line must be that of the level.
    const isLevel =
      open >= 0 && open < maxHead && (open === 0 || levelInitials.includes(line.charAt(open + 1)));
    if (!isLevel && seen.sourceEnd === undefined && seen.program === undefined) return undefined;
    const start = line.slice(0, maxHead);
    if (open === 0) {
      const end = numberBracketEnd(start);
      const time = end === 0 ? undefined : parseTime(line.slice(1, end - 1));
      const known = parseKnownHead(line, end, seen, time);
      if (known) return known;
    }
    const parsed =
      parseWithProgram(line, start, seen) ??
      (open === 0 ? parseBracketed(line, start, seen) : undefined) ??
      parsePadded(line, start, seen);
    return parsed?.source === undefined ? parsed : { ...parsed, source: seen.internSource(parsed.source) };
  };
}

/** The offset after the first bracket if it contains a number or a time; otherwise 0. */
function numberBracketEnd(start: string): number {
  const code = start.charCodeAt(1);
  const isNumber = code === 0x2b || code === 0x2d || code === 0x20 || (code >= 0x30 && code <= 0x39);
  return isNumber ? start.indexOf("]") + 1 : 0;
}

/** Parses a line that continues at this offset with a known head. */
function parseKnownHead(
  line: string,
  at: number,
  { known }: SeenHeads,
  time: number | undefined,
): CustomReporterLine | undefined {
  for (const { text, level: knownLevel, source } of known) {
    if (!line.startsWith(text, at)) continue;
    const column = at + text.length;
    // A source may follow here.
    if (source === undefined && line.charCodeAt(column) === 0x5b) continue;
    return reporterLine(line, column, knownLevel, source, time);
  }
  return undefined;
}

/** Stores a head for the lines to come. */
function storeHead(
  { known, internSource }: SeenHeads,
  text: string,
  headLevel: Level | undefined,
  source: string | undefined,
): void {
  // A head that ends at the line end would also match inside other heads.
  if (known.length >= maxKnownHeads || headLevel === undefined || !text.endsWith(" ")) return;
  // Copied, because a slice would keep the whole text in memory.
  const copy = Buffer.from(text).toString();
  known.push({
    text: copy,
    level: headLevel,
    source: source === undefined ? undefined : internSource(source),
  });
}

function parseWithProgram(line: string, start: string, seen: SeenHeads): CustomReporterLine | undefined {
  const match = withProgram.exec(start);
  if (match) {
    const { program, level: word } = match.groups ?? {};
    seen.program = program ?? seen.program;
    return reporterLine(line, match[0].length, levelOf(word));
  }
  if (seen.program === undefined || !start.startsWith(`${seen.program}: [`)) return undefined;
  const column = seen.program.length + 2;
  const header = /^\[[^\][]{1,80}\] /.exec(start.slice(column));
  return header ? { ...reporterLine(line, column, undefined), prefixLength: header[0].length } : undefined;
}

function parseBracketed(line: string, start: string, seen: SeenHeads): CustomReporterLine | undefined {
  const match = bracketed.exec(start);
  if (match) {
    const { before = "", padded: field, after = "", colon = "", level: word } = match.groups ?? {};
    const [left, right] = [bracketContents(before), bracketContents(after)];
    if (left.length === 0 && field !== undefined) return undefined;
    const time = [...left, ...right].map(parseTime).find((at) => at !== undefined);
    // A time and a level, each in brackets and followed by a space, are followed by the source, as in mirage-logs.
    const next =
      before.endsWith("] ") && right.length === 0
        ? /^\[([^\][]{1,80})\] /.exec(start.slice(match[0].length))
        : null;
    seen.shapes.add(`${left.length + right.length}${colon}`);
    const source = field ?? next?.[1] ?? lastName(right) ?? lastName(left);
    const column = match[0].length + (next?.[0].length ?? 0);
    const end = numberBracketEnd(start);
    if (time === undefined || time === parseTime(left[0] ?? ""))
      storeHead(seen, line.slice(end, column), levelOf(word), source);
    return reporterLine(line, column, levelOf(word), source, time);
  }
  if (seen.shapes.size === 0) return undefined;
  const other = withoutLevel.exec(start);
  const { all = "", colon = "" } = other?.groups ?? {};
  const parts = bracketContents(all);
  // A single bracket without a colon may be part of the message.
  if (!other || (colon === "" && !/^[+\d]/.test(parts[0] ?? ""))) return undefined;
  const time = parts.map(parseTime).find((at) => at !== undefined);
  const source = lastName(parts);
  const column = other[0].length;
  if (seen.shapes.has(`${parts.length}${colon}`)) return reporterLine(line, column, "app", source, time);
  if (!seen.shapes.has(`${parts.length - 1}${colon}`)) return undefined;
  const header = parts.find((part) => /^[A-Za-z]/.test(part) && part !== source);
  const prefix = header === undefined ? "" : `[${header}] `;
  return {
    ...reporterLine(line, column, undefined, source, time),
    message: prefix + line.slice(column),
    prefixLength: prefix.length,
  };
}

function parsePadded(line: string, start: string, seen: SeenHeads): CustomReporterLine | undefined {
  const match = padded.exec(start);
  const { field = "", source, level: word } = match?.groups ?? {};
  if (match && field.length >= minPadding) {
    if (field.startsWith(" ")) seen.sourceEnd = field.length;
    return reporterLine(line, match[0].length, levelOf(word), source);
  }
  const app = seen.sourceEnd === undefined ? null : paddedApp.exec(start);
  if (!app || app.groups?.["field"]?.length !== seen.sourceEnd) return undefined;
  return reporterLine(line, app[0].length, "app", app.groups?.["source"]);
}

function parseStamped(line: string, seen: SeenHeads): CustomReporterLine | undefined {
  const start = line.slice(0, maxHead);
  const match = stamped.exec(start);
  if (!match) return undefined;
  const time = parseTime(match.groups?.["stamp"] ?? "");
  const [{ length: at }] = match;
  const parsed = parseKnownHead(line, at, seen, time);
  if (parsed) return parsed;
  const rest = behindStamp.exec(start.slice(at));
  const { source, bracket, level: bracketedWord, word = bracketedWord } = rest?.groups ?? {};
  const known = levelOf(word);
  if (rest && known !== undefined) {
    const column = at + rest[0].length;
    const from = source ?? bracket;
    storeHead(seen, line.slice(at, column), known, from);
    const interned = from === undefined ? undefined : seen.internSource(from);
    return reporterLine(line, column, known, interned, time);
  }
  // A stamp without a zone may be any text with a date; with a zone it certainly begins a message.
  if (time === undefined) return undefined;
  return line.charCodeAt(at) === 0x20
    ? reporterLine(line, at + 1, "app", undefined, time)
    : reporterLine(line, at, undefined, undefined, time);
}

const reporterLine = (
  line: string,
  column: number,
  lineLevel: Level | undefined,
  source?: string,
  loggedAt?: number,
): CustomReporterLine => ({
  message: line.slice(column),
  level: lineLevel,
  prefixLength: 0,
  column,
  source,
  loggedAt,
});

const levelOf = (word: string | undefined): Level | undefined =>
  word === undefined ? undefined : levelsByWord.get(word);

const bracketContents = (text: string): readonly string[] =>
  [...text.matchAll(/\[([^\][]*)\]/g)].map(([, inside = ""]) => inside.trim());

/** The last part that is a name, not a time or the number of a process or domain. */
const lastName = (parts: readonly string[]): string | undefined =>
  parts.findLast((part) => /^[A-Za-z_]/.test(part));

const rfc3339 =
  /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d):(\d\d)(?:[.,](\d{1,3})\d*)? ?(?:Z|([+-]\d\d):?(\d\d))$/;

/**
 * Parses RFC 3339 with a zone, whose colon is optional, or seconds since the epoch with a fraction. Returns
 * milliseconds since the epoch.
 */
function parseTime(text: string): number | undefined {
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
