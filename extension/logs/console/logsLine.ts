import type { Level } from "../../ocaml/logs/levels.ts";

/** The parts of a line that mirage-logs printed. */
export interface LogsLine {
  /** Milliseconds since the epoch. */
  readonly loggedAt: number;
  readonly level: Level | undefined;
  readonly source: string;
  /** Begins with the tags, and with `[HEADER] ` if the program passed a header, which replaces the level. */
  readonly message: string;
  /** How many characters at the start of the message are tags and header, not part of the format. */
  readonly prefixLength: number;
  /** Where the message begins in the line. Format indents the lines that continue the message to this column. */
  readonly column: number;
}

/** The names of levels in Logs and in the first reporters. */
export const levelsByWord: ReadonlyMap<string, Level> = new Map(
  Object.entries({
    APP: "app",
    ERROR: "error",
    ERR: "error",
    WARNING: "warning",
    WARN: "warning",
    WRN: "warning",
    INFO: "info",
    INF: "info",
    DEBUG: "debug",
    DBG: "debug",
  } satisfies Record<string, Level>),
);

const SPACE = 0x20;
const OPEN = 0x5b;
const COLON = 0x3a;
const ZERO = 0x30;
const DOT = 0x2e;
const PLUS = 0x2b;
const MINUS = 0x2d;
const maxSources = 10_000;
const headSlots = 256;
/** Limits the search for the head of a line, so that long lines are not searched completely. */
const maxHead = 1024;

/** A text between time stamp and message that an earlier line had. */
interface KnownHead {
  readonly text: string;
  readonly level: Level | undefined;
  readonly source: string;
}

/**
 * Creates a parser for lines of mirage-logs (its `mirage_logs.ml`), which returns `undefined` for any other
 * line. The formats are `2026-11-23T09:27:25Z: [INFO] [source] message` since about version 2.1, without a
 * level for App and with tags (` name=value`) before it; `…: info [source] message` in earlier versions; and
 * `2017-02-11 14:49:04 -00:00: INF [source] message` in the first ones. The parser caches the heads of
 * earlier lines, because most lines repeat one of them.
 */
export function createLogsLineParser(): (line: string) => LogsLine | undefined {
  const parseStamp = createStampParser();
  let stamp = "\n";
  let stampTime = 0;
  const heads: (KnownHead | undefined)[] = Array.from({ length: headSlots });
  const internSource = createSourceInterner();

  return (line) => {
    if (!line.startsWith(stamp)) {
      const parsed = parseStamp(line);
      if (!parsed) return undefined;
      stamp = line.slice(0, parsed.end);
      stampTime = parsed.time;
    }
    const at = stamp.length;
    const slot = slotOf(line, at);
    const known = heads[slot];
    if (known && line.startsWith(known.text, at)) {
      const column = at + known.text.length;
      return {
        loggedAt: stampTime,
        level: known.level,
        source: known.source,
        message: line.slice(column),
        prefixLength: 0,
        column,
      };
    }
    const head = parseHead(line, at);
    if (!head) return undefined;
    const source = internSource(line.slice(head.sourceAt, head.sourceEnd));
    const column = Math.min(head.sourceEnd + 2, line.length);
    if (head.prefix === "" && head.sourceAt < head.sourceEnd && line.charCodeAt(column - 1) === SPACE) {
      heads[slot] = { text: line.slice(at, column), level: head.level, source };
    }
    return {
      loggedAt: stampTime,
      level: head.level,
      source,
      message: head.prefix + line.slice(column),
      prefixLength: head.prefix.length,
      column,
    };
  };
}

/** Creates a function that returns one shared string for each source name, to save memory. */
export function createSourceInterner(): (source: string) => string {
  const sources = new Map<string, string>();
  return (source) => {
    const known = sources.get(source);
    if (known !== undefined) return known;
    // Copied, because a slice would keep the whole text in memory.
    const own = Buffer.from(source).toString();
    if (sources.size < maxSources) sources.set(own, own);
    return own;
  };
}

/** The cache slot for the head of a line: a hash of some letters of its level and source. */
function slotOf(line: string, at: number): number {
  const level = line.charCodeAt(at + 2) + line.charCodeAt(at + 4);
  const source = line.charCodeAt(at + 9) * 5 + line.charCodeAt(at + 11) * 17 + line.charCodeAt(at + 13);
  return (level * 31 + source) & (headSlots - 1);
}

interface Stamp {
  /** Milliseconds since the epoch. */
  readonly time: number;
  /** The offset after the stamp and its colon. */
  readonly end: number;
}

/**
 * Creates a parser for `2026-11-23T09:27:25.123-00:00:`, RFC 3339 with `T` or a space and a colon after it,
 * and for `2016-01-13 10:23.51:`, the UTC time of the first reporters. It reads characters instead of using a
 * regular expression, because with fractions of a second each line has a stamp of its own.
 */
function createStampParser(): (line: string) => Stamp | undefined {
  let day = "\n";
  let dayTime = 0;

  return (line) => {
    const separator = line.charCodeAt(10);
    if (separator !== SPACE && (separator | 0x20) !== 0x74) return undefined;
    if (line.charCodeAt(13) !== COLON) return undefined;
    if (!line.startsWith(day)) {
      const date = /^(\d{4})-(\d\d)-(\d\d)/.exec(line.slice(0, 10));
      if (!date) return undefined;
      day = date[0];
      dayTime = Date.UTC(Number(date[1]), Number(date[2]) - 1, Number(date[3]));
    }
    const seconds = twoDigits(line, 11) * 3600 + twoDigits(line, 14) * 60 + twoDigits(line, 17);
    if (Number.isNaN(seconds)) return undefined;
    const time = dayTime + seconds * 1000;
    if (line.charCodeAt(16) === DOT) return line.startsWith(": ", 19) ? { time, end: 20 } : undefined;
    return line.charCodeAt(16) === COLON ? parseZone(line, time) : undefined;
  };
}

/** Parses the fraction and the offset, which begin at the 20th character. */
function parseZone(line: string, time: number): Stamp | undefined {
  let at = 19;
  let milliseconds = 0;
  if (line.charCodeAt(at) === DOT) {
    at += 1;
    for (let worth = 100; at < 32 && isDigit(line.charCodeAt(at)); at += 1, worth /= 10)
      milliseconds += (line.charCodeAt(at) - ZERO) * worth;
    if (at === 20) return undefined;
    milliseconds = Math.floor(milliseconds + 1e-6);
  }
  if (line.charCodeAt(at) === SPACE) at += 1;
  const zone = line.charCodeAt(at);
  let offset = 0;
  if ((zone | 0x20) === 0x7a) at += 1;
  else if (zone === PLUS || zone === MINUS) {
    if (line.charCodeAt(at + 3) !== COLON) return undefined;
    offset = (twoDigits(line, at + 1) * 60 + twoDigits(line, at + 4)) * (zone === MINUS ? -1 : 1);
    if (Number.isNaN(offset)) return undefined;
    at += 6;
  } else return undefined;
  if (line.charCodeAt(at) !== COLON) return undefined;
  return { time: time + milliseconds - offset * 60_000, end: at + 1 };
}

function twoDigits(line: string, at: number): number {
  const [tens, ones] = [line.charCodeAt(at), line.charCodeAt(at + 1)];
  return isDigit(tens) && isDigit(ones) ? (tens - ZERO) * 10 + (ones - ZERO) : Number.NaN;
}

const isDigit = (code: number): boolean => code >= ZERO && code <= ZERO + 9;

interface Head {
  readonly level: Level | undefined;
  /** Header and tags, which are put before the message. */
  readonly prefix: string;
  readonly sourceAt: number;
  readonly sourceEnd: number;
}

function parseHead(line: string, at: number): Head | undefined {
  if (line.charCodeAt(at) !== SPACE) return undefined;
  const first = line.charCodeAt(at + 1);
  // App has no level and no brackets, only two spaces.
  if (first === SPACE && line.charCodeAt(at + 2) === OPEN) return headWithSource(line, at + 2, "app", "");
  if (first === OPEN) {
    const close = closingBracket(line, at + 1);
    if (close < 0) return undefined;
    const word = line.slice(at + 2, close);
    const level = levelsByWord.get(word.toUpperCase());
    // Custom reporters may print no source.
    const withoutSource = { level, prefix: "", sourceAt: close, sourceEnd: close };
    if (level !== undefined) return headWithSource(line, close + 2, level, "") ?? withoutSource;
    // A header of App is followed by an extra space; for other levels it replaces the level.
    const isApp = line.charCodeAt(close + 2) === SPACE;
    return headWithSource(line, close + (isApp ? 3 : 2), isApp ? "app" : undefined, `[${word}] `);
  }
  return parseOldHead(line, at + 1) ?? parseTaggedHead(line, at + 1);
}

/** The head whose source is in the bracket that opens at this offset. */
function headWithSource(
  line: string,
  open: number,
  level: Level | undefined,
  prefix: string,
): Head | undefined {
  if (line.charCodeAt(open) !== OPEN) return undefined;
  const close = closingBracket(line, open);
  return close < 0 ? undefined : { level, prefix, sourceAt: open + 1, sourceEnd: close };
}

/** The offset of the `]` that closes a bracket: the first one before a space or the line end; -1 if none. */
function closingBracket(line: string, open: number): number {
  for (let at = open + 1; at < Math.min(line.length, open + maxHead); at++) {
    if (line.charCodeAt(at) !== 0x5d) continue;
    if (at + 1 === line.length || line.charCodeAt(at + 1) === SPACE) return at;
  }
  return -1;
}

/** Parses `info [source] `. */
function parseOldHead(line: string, at: number): Head | undefined {
  const end = line.indexOf(" ", at);
  if (end < 0 || end - at > 7) return undefined;
  const level = levelsByWord.get(line.slice(at, end).toUpperCase());
  return level && headWithSource(line, end + 1, level, "");
}

/** Parses `name=value …` before the level. A tag's value may contain anything, so a level is preferred to a header. */
function parseTaggedHead(line: string, at: number): Head | undefined {
  const start = line.slice(at, at + maxHead);
  const match =
    /^([^\s=[]+=.*?) (?:\[(APP|ERROR|WARNING|INFO|DEBUG)\])? (\[[^\]]*\])(?: |$)/.exec(start) ??
    /^([^\s=[]+=.*? \[[^\]]*\]()) (\[[^\]]*\])(?: |$)/.exec(start);
  if (!match) return undefined;
  const [text, tags = "", word, source = ""] = match;
  const level = word === undefined ? "app" : levelsByWord.get(word);
  const open = at + text.trimEnd().length - source.length;
  return headWithSource(line, open, level, `${tags} `);
}
