import type { Level } from "./model.ts";

/** The parts of a line that a Logs reporter printed. */
export interface LogLine {
  /** Milliseconds since the epoch. */
  readonly loggedAt: number;
  readonly level: Level | undefined;
  readonly source: string;
  /** Begins with tags, and with `[HEADER] ` where the program gave a header in place of the level. */
  readonly message: string;
  /** How many characters of the message are tags and header, not of the format. */
  readonly lead: number;
  /** Where the message begins in the line: Format indents the message's further lines to it. */
  readonly column: number;
}

/** The words for levels, of Logs and of the first reporters. */
export const levelWords: ReadonlyMap<string, Level> = new Map(
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
/** No head of a line is longer; keeps the search for it from the whole of a long line. */
const maxHead = 1024;

/** What stands between time and message in lines seen before. */
interface KnownHead {
  readonly text: string;
  readonly level: Level | undefined;
  readonly source: string;
}

/**
 * A reader of the lines of mirage-logs (its `mirage_logs.ml`), `undefined` for any other line:
 * `2026-11-23T09:27:25Z: [INFO] [source] message` since version 2.1 or so, the level absent for App,
 * tags (` name=value`) before it; `…: info [source] message` before; and
 * `2017-02-11 14:49:04 -00:00: INF [source] message` at first. It remembers what the last lines began
 * with, for the next nearly always begins alike.
 */
export function logLineReader(): (line: string) => LogLine | undefined {
  const readStamp = stampReader();
  let stamp = "\n";
  let stampTime = 0;
  const heads: (KnownHead | undefined)[] = Array.from({ length: headSlots });
  const interned = sourceNames();

  return (line) => {
    if (!line.startsWith(stamp)) {
      const read = readStamp(line);
      if (!read) return undefined;
      stamp = line.slice(0, read.end);
      stampTime = read.time;
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
        lead: 0,
        column,
      };
    }
    const read = readHead(line, at);
    if (!read) return undefined;
    const source = interned(line.slice(read.sourceAt, read.sourceEnd));
    const column = Math.min(read.sourceEnd + 2, line.length);
    if (read.before === "" && read.sourceAt < read.sourceEnd && line.charCodeAt(column - 1) === SPACE) {
      heads[slot] = { text: line.slice(at, column), level: read.level, source };
    }
    return {
      loggedAt: stampTime,
      level: read.level,
      source,
      message: read.before + line.slice(column),
      lead: read.before.length,
      column,
    };
  };
}

/** Gives one string for each source, which the records of a million lines share. */
export function sourceNames(): (source: string) => string {
  const sources = new Map<string, string>();
  return (source) => {
    const known = sources.get(source);
    if (known !== undefined) return known;
    // Through a buffer, for a slice would hold on to the text it is of.
    const own = Buffer.from(source).toString();
    if (sources.size < maxSources) sources.set(own, own);
    return own;
  };
}

/** Where the head of a line like this one is remembered: letters of its level and of its source tell. */
function slotOf(line: string, at: number): number {
  const level = line.charCodeAt(at + 2) + line.charCodeAt(at + 4);
  const source = line.charCodeAt(at + 9) * 5 + line.charCodeAt(at + 11) * 17 + line.charCodeAt(at + 13);
  return (level * 31 + source) & (headSlots - 1);
}

interface Stamp {
  /** Milliseconds since the epoch. */
  readonly time: number;
  /** How many characters it has, with its colon. */
  readonly end: number;
}

/**
 * A reader of `2026-11-23T09:27:25.123-00:00:`, RFC 3339 with `T` or a space, and the colon behind it; also
 * of `2016-01-13 10:23.51:`, as the first reporters wrote the time in UTC. By letters, for each line of a
 * clock that tells fractions of a second has its own.
 */
function stampReader(): (line: string) => Stamp | undefined {
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
    return line.charCodeAt(16) === COLON ? withZone(line, time) : undefined;
  };
}

/** The fraction and the offset, which begin at the 20th letter. */
function withZone(line: string, time: number): Stamp | undefined {
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
  /** Header and tags, to stand before the message. */
  readonly before: string;
  readonly sourceAt: number;
  readonly sourceEnd: number;
}

function readHead(line: string, at: number): Head | undefined {
  if (line.charCodeAt(at) !== SPACE) return undefined;
  const first = line.charCodeAt(at + 1);
  // App has neither level nor brackets: two spaces.
  if (first === SPACE && line.charCodeAt(at + 2) === OPEN) return withSource(line, at + 2, "app", "");
  if (first === OPEN) {
    const close = closing(line, at + 1);
    if (close < 0) return undefined;
    const word = line.slice(at + 2, close);
    const level = levelWords.get(word.toUpperCase());
    // A reporter of one's own may name no source.
    const bare = { level, before: "", sourceAt: close, sourceEnd: close };
    if (level !== undefined) return withSource(line, close + 2, level, "") ?? bare;
    // A header of App has a space of its own behind it; for other levels it stands in place of the level.
    const isApp = line.charCodeAt(close + 2) === SPACE;
    return withSource(line, close + (isApp ? 3 : 2), isApp ? "app" : undefined, `[${word}] `);
  }
  return oldHead(line, at + 1) ?? taggedHead(line, at + 1);
}

function withSource(line: string, open: number, level: Level | undefined, before: string): Head | undefined {
  if (line.charCodeAt(open) !== OPEN) return undefined;
  const close = closing(line, open);
  return close < 0 ? undefined : { level, before, sourceAt: open + 1, sourceEnd: close };
}

/** The `]` that ends a bracket: one with a space or the line's end behind it. */
function closing(line: string, open: number): number {
  for (let at = open + 1; at < Math.min(line.length, open + maxHead); at++) {
    if (line.charCodeAt(at) !== 0x5d) continue;
    if (at + 1 === line.length || line.charCodeAt(at + 1) === SPACE) return at;
  }
  return -1;
}

function oldHead(line: string, at: number): Head | undefined {
  const end = line.indexOf(" ", at);
  if (end < 0 || end - at > 7) return undefined;
  const level = levelWords.get(line.slice(at, end).toUpperCase());
  return level && withSource(line, end + 1, level, "");
}

/** `name=value …` before the level; a tag's value may hold anything, so a level counts more than a header. */
function taggedHead(line: string, at: number): Head | undefined {
  const start = line.slice(at, at + maxHead);
  const match =
    /^([^\s=[]+=.*?) (?:\[(APP|ERROR|WARNING|INFO|DEBUG)\])? (\[[^\]]*\])(?: |$)/.exec(start) ??
    /^([^\s=[]+=.*? \[[^\]]*\]()) (\[[^\]]*\])(?: |$)/.exec(start);
  if (!match) return undefined;
  const [text, tags = "", word, source = ""] = match;
  const level = word === undefined ? "app" : levelWords.get(word);
  const open = at + text.trimEnd().length - source.length;
  return withSource(line, open, level, `${tags} `);
}
