import { stripAnsi } from "../platform/ansi.ts";
import { lineSplitter } from "../platform/lines.ts";
import {
  bootMessage,
  gluedAt,
  hasBanner,
  hostPrefix,
  isBacktrace,
  knownLine,
  parseFrame,
} from "./consoleLine.ts";
import { firmwareHead, kernelLine, restOfFirmware, restOfSolo5 } from "./firmware.ts";
import type { KnownLine } from "./knownLine.ts";
import { logLineReader } from "./logLine.ts";
import type { Frame, Level, LogRecord, RecordKind, Stream } from "./model.ts";
import { ownReporterReader } from "./ownReporter.ts";
import { mayBeOfTender } from "./programLine.ts";
import { t } from "../platform/l10n.ts";

/** Reads the console of one run, as its bytes come. */
export interface ConsoleParser {
  readonly stdout: (bytes: Uint8Array) => void;
  readonly stderr: (bytes: Uint8Array) => void;
  /** Reads what is left without a line end. */
  readonly end: () => void;
}

export interface ConsoleParserOptions {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Tells whose lines are a tender's; where it is left out, any tender may have written them. */
  readonly target?: string | undefined;
  /** Called before the call that brought the record's first whole line returns, in order of `seq`. */
  readonly onRecord: (record: LogRecord) => void;
  /** Called, at most once in a call, when further lines have come to a record; it is the same object. */
  readonly onUpdate?: (record: LogRecord) => void;
}

/** A record takes no more lines and no more text than this; what follows stands by itself. */
export const maxMoreLines = 4096;
const maxMoreLength = 1 << 20;
/** No line has more records within it: what begins there is looked for again in what is left. */
const maxPieces = 32;
const ESC = 0x1b;
const OPEN = 0x5b;
const PARENTHESIS = 0x28;
const BOOT = 0x42;
const cutMark = ` … ${t("(cut; the whole line is in the raw console)")}`;

interface GrowingRecord extends LogRecord {
  message: string;
  readonly more: string[];
  readonly frames: Frame[];
}

/** A record and what the reader has to know of it until the next one begins. */
interface Open {
  readonly record: GrowingRecord;
  readonly column: number;
  length: number;
  emitted: boolean;
  changed: boolean;
}

/**
 * A parser for what a unikernel and its tender print. The streams are read apart: a line continues a
 * record of its own stream. A line that does not tell what it is continues a log message, a usage text
 * or an exception before its backtrace; elsewhere it is a plain record. The records are the same
 * however the bytes are cut. Lines of a backtrace are both in `more` and in `frames`. A boot record's
 * message is made from its lines, which are all in `more`. Time is linear in the bytes; memory is
 * bounded: a line counts up to 64 KiB.
 */
export function consoleParser(options: ConsoleParserOptions): ConsoleParser {
  let seq = 0;
  const nextSeq = () => seq++;
  const stdout = streamParser("stdout", options, nextSeq);
  const stderr = streamParser("stderr", options, nextSeq);
  return {
    stdout: stdout.push,
    stderr: stderr.push,
    end: () => {
      stdout.end();
      stderr.end();
    },
  };
}

function streamParser(stream: Stream, options: ConsoleParserOptions, nextSeq: () => number) {
  const readLogLine = logLineReader();
  const readOwnLine = ownReporterReader();
  let open: Open | undefined;
  let receivedAt = 0;
  let escapes = false;
  /** The open record is a crash of Unikraft's. */
  let crashing = false;
  let pieces = 0;
  /** The host writes its own words before each line of the guest. */
  let prefixed = false;
  /** When the first byte of an unfinished line came. */
  let unfinishedSince: number | undefined;

  const flush = () => {
    if (!open) return;
    if (!open.emitted) options.onRecord(open.record);
    else if (open.changed) options.onUpdate?.(open.record);
    open.emitted = true;
    open.changed = false;
  };

  const begin = (
    kind: RecordKind,
    message: string,
    level: Level | undefined,
    source: string | undefined,
    loggedAt: number | undefined,
    status: number | undefined,
    column: number,
    lead = 0,
  ) => {
    flush();
    const record: GrowingRecord = {
      seq: nextSeq(),
      receivedAt,
      loggedAt,
      kind,
      stream,
      level,
      source,
      message,
      lead,
      more: [],
      frames: [],
      status,
    };
    open = { record, column, length: 0, emitted: false, changed: false };
    crashing = false;
  };

  const beginKnown = (line: string, { kind, level, status }: KnownLine) => {
    begin(kind, kind === "boot" ? bootMessage([line]) : line, level, undefined, undefined, status, 0);
    if (kind === "boot") open?.record.more.push(line);
  };

  const addTo = (to: Open, line: string) => {
    const { record } = to;
    record.more.push(dedented(line, to.column));
    to.length += line.length;
    to.changed = true;
    if (record.kind === "boot") record.message = bootMessage(record.more);
    const frame = parseFrame(line);
    if (frame) record.frames.push(frame);
  };

  const onLine = (raw: string, isRest: boolean) => {
    if (isRest) {
      if (open) cut(open);
      return;
    }
    pieces = 0;
    onText(escapes ? stripAnsi(raw) : raw, true);
    if (unfinishedSince !== undefined) {
      unfinishedSince = undefined;
      receivedAt = options.now();
    }
  };

  const onText = (line: string, mayBePrefixed = false): void => {
    const log = isDigit(line.charCodeAt(0)) ? readLogLine(line) : undefined;
    if (!log) {
      const first = line.charCodeAt(0);
      const prefix =
        mayBePrefixed && (first === OPEN || first === PARENTHESIS) ? hostPrefix(line, prefixed) : 0;
      if (prefix === 0) return onUnstamped(line);
      prefixed = true;
      return onText(line.slice(prefix));
    }
    const { message, level, source, loggedAt, column, lead } = log;
    begin("log", message, level, source, loggedAt, undefined, column, lead);
  };

  const onUnstamped = (line: string): void => {
    pieces += 1;
    const head = line.charCodeAt(0) === BOOT && pieces < maxPieces ? firmwareHead(line) : 0;
    if (head > 0) {
      onOtherLine(line.slice(0, head));
      return onText(line.slice(head));
    }
    if (onKernelLine(line)) return;
    const glued = pieces < maxPieces ? gluedAt(line) : 0;
    if (glued > 0) {
      onOtherLine(line.slice(0, glued));
      return onText(line.slice(glued));
    }
    const log = readOwnLine(line);
    if (!log) return onOtherLine(line);
    const { message, level, source, loggedAt, column, lead } = log;
    begin("log", message, level, source, loggedAt, undefined, column, lead);
  };

  /** Unikraft's own; what it says of a crash, registers and all, is one record. */
  const onKernelLine = (line: string): boolean => {
    const begins = line.charCodeAt(0) === OPEN || /^(?:dbg|Info|Warn|ERR|CRIT): /.test(line);
    const read = begins ? kernelLine(line) : undefined;
    if (!read) return false;
    const { message, level, source, critical, column } = read;
    const crash = open?.record.kind === "abort" && crashing;
    if (critical && crash && open) {
      addTo(open, line.slice(column));
      return true;
    }
    begin(critical ? "abort" : "log", message, level, source, undefined, undefined, critical ? 0 : column);
    crashing = critical;
    return true;
  };

  const onOtherLine = (line: string) => {
    const told = knownLine(line);
    const known = told?.kind === "tender" && !mayBeOfTender(line, options.target) ? undefined : told;
    if (open && continues(open, known, line)) addTo(open, line);
    else if (known?.begins) beginKnown(line, known);
    else begin("plain", line, undefined, undefined, undefined, undefined, 0);
  };

  const splitter = lineSplitter(onLine);
  return {
    push: (bytes: Uint8Array) => {
      receivedAt = unfinishedSince ?? options.now();
      // Looked for in bytes, all at once: in each line's text it would take longer than all the rest.
      escapes = bytes.includes(ESC) || (escapes && unfinishedSince !== undefined);
      splitter.push(bytes);
      const last = bytes[bytes.length - 1];
      if (last !== undefined && last !== 0x0a && last !== 0x0d) unfinishedSince ??= options.now();
      flush();
    },
    end: () => {
      receivedAt = unfinishedSince ?? options.now();
      splitter.end();
      flush();
      open = undefined;
    },
  };
}

/** Whether a line, not of a Logs reporter, goes on with the record before it. */
function continues(open: Open, known: KnownLine | undefined, line: string): boolean {
  const { kind, more, frames } = open.record;
  if (more.length >= maxMoreLines || open.length + line.length > maxMoreLength) return false;
  if (known) {
    if (!known.joins || known.kind !== kind) return false;
    return kind !== "boot" || !hasBanner([line]) || !hasBanner(more);
  }
  if (kind === "log" || kind === "usage") return true;
  if (kind === "boot")
    return open.record.message.startsWith("Solo5") ? restOfSolo5(line) : restOfFirmware(line, more);
  if (kind === "plain") return isBacktrace(line) && (frames.length > 0 || parseFrame(line) !== undefined);
  // OCaml 5 ends its last words itself, and its runtime does so once more.
  if (kind === "abort") return line === "" && more.length === 0 && open.record.message.startsWith("Fatal ");
  if (kind !== "exception") return false;
  // Eio's, of several fibres: each has its backtrace below it.
  const ofSeveral = line.startsWith("- ") && / Multiple exceptions:\s*$/.test(open.record.message);
  return frames.length === 0 || ofSeveral || isBacktrace(line);
}

function cut(open: Open): void {
  const { record } = open;
  const last = record.more.length - 1;
  const text = record.more[last] ?? record.message;
  if (text.endsWith(cutMark)) return;
  if (last >= 0) record.more[last] = text + cutMark;
  else record.message = text + cutMark;
  open.changed = true;
}

/** Format indents the lines of a box to the column where the box begins. */
function dedented(line: string, column: number): string {
  for (let at = 0; at < column; at++) {
    if (line.charCodeAt(at) !== 0x20) return line;
  }
  return line.slice(column);
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}
