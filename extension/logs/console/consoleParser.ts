import { stripAnsi } from "../../platform/ansi.ts";
import { lineSplitter } from "../../platform/lines.ts";
import { bootSummary, embeddedLineStart, hostPrefixLength, classifyGuestLine } from "./guestLine.ts";
import { firmwareHeadLength, parseKernelLine } from "./firmwareLine.ts";
import type { LineKind } from "./lineKind.ts";
import { createLogsLineParser } from "./logsLine.ts";
import type { Level } from "../../ocaml/logs/levels.ts";
import type { LogRecord, RecordKind, ConsoleStream } from "../model.ts";
import {
  addTo,
  continues,
  markCut,
  type ContinuesMessage,
  type GrowingRecord,
  type LineArrival,
  type OpenRecord,
} from "./openRecord.ts";
import { createCustomReporterParser, type CustomReporterLine } from "./customReporterLine.ts";
import { createRecordClock } from "./recordClock.ts";
import { mayBeFromTender } from "./tenderLine.ts";

export interface ConsoleParserOptions {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Decides which tender may have written a line; without it, any tender may have. */
  readonly target?: string | undefined;
  /** What is known about the messages of the program; it decides where the bytes alone do not. */
  readonly continuesMessage?: ContinuesMessage | undefined;
  /** Called, in order of `seq`, before the call that delivered the record's first complete line returns. */
  readonly onRecord: (record: LogRecord) => void;
  /** Called with the same object, at most once per call, after lines were added to a record. */
  readonly onUpdate?: (record: LogRecord) => void;
}

/** A line is split into at most this many records; the rest of it is not searched further. */
const maxSplits = 32;
const escapeByte = 0x1b;
const openBracket = 0x5b;
const openParenthesis = 0x28;
const letterB = 0x42;
/** A pause between two lines after which the second one is not part of the first one's message, in milliseconds. */
const pauseMs = 50;
/** A read of a full pipe ends anywhere in what was written. */
const fullReadBytes = 1 << 16;

/** What a new record consists of, beside what the stream knows. */
interface RecordStart {
  readonly kind: RecordKind;
  readonly message: string;
  readonly level?: Level | undefined;
  readonly source?: string | undefined;
  readonly loggedAt?: number | undefined;
  readonly status?: number | undefined;
  readonly prefixLength?: number;
  readonly column?: number;
}

/**
 * Parses what a unikernel and its tender print in one run, streaming. The streams are parsed separately: a
 * line can only continue a record of its own stream. A line that no rule recognizes continues a log
 * message, a usage text or an exception without a backtrace so far; otherwise it is a plain record. How the
 * bytes are cut into chunks matters for one decision only: whether a line continues a log message. Lines of a backtrace are both in `more` and in
 * `frames`. The message of a boot record summarizes its lines, which are all in `more`. Time is linear in the
 * number of bytes; memory is bounded, because a line is cut after 64 KiB.
 */
export class ConsoleParser {
  readonly #stdout: StreamParser;
  readonly #stderr: StreamParser;

  constructor(options: ConsoleParserOptions) {
    let seq = 0;
    const shared: SharedState = { nextSeq: () => seq++, shownAt: createRecordClock() };
    this.#stdout = new StreamParser("stdout", options, shared);
    this.#stderr = new StreamParser("stderr", options, shared);
  }

  stdout(bytes: Uint8Array): void {
    this.#stdout.push(bytes);
  }

  stderr(bytes: Uint8Array): void {
    this.#stderr.push(bytes);
  }

  /** Parses the rest, which has no line end. */
  end(): void {
    this.#stdout.end();
    this.#stderr.end();
  }
}

/** What both streams of a console share. */
interface SharedState {
  readonly nextSeq: () => number;
  readonly shownAt: ReturnType<typeof createRecordClock>;
}

/** Parses one stream of a console. */
class StreamParser {
  readonly #stream: ConsoleStream;
  readonly #options: ConsoleParserOptions;
  readonly #shared: SharedState;
  readonly #parseLogsLine = createLogsLineParser();
  readonly #parseCustomLine = createCustomReporterParser();
  readonly #splitter = lineSplitter((line, isRest) => this.#addLine(line, isRest));
  #open: OpenRecord | undefined;
  #receivedAt = 0;
  /** Whether the lines may contain terminal escapes. */
  #hasEscapes = false;
  /** The open record is a crash report of Unikraft. */
  #isUnikraftCrash = false;
  /** How often the current line was split. */
  #splits = 0;
  /** The host puts a prefix before each line of the guest. */
  #hasHostPrefix = false;
  /** When the first byte of an unfinished line arrived. */
  #unfinishedSince: number | undefined;
  /** When the last chunk arrived; `Infinity` if it was a full read, whose write may continue. */
  #lastChunkAt = Infinity;
  /** A chunk has ended within a line, as with a serial port or a terminal: the program does not write whole lines. */
  #hasCutLines = false;
  /** How the next line arrives after the line before it. */
  #arrival: LineArrival = "together";

  constructor(stream: ConsoleStream, options: ConsoleParserOptions, shared: SharedState) {
    this.#stream = stream;
    this.#options = options;
    this.#shared = shared;
  }

  push(bytes: Uint8Array): void {
    const now = this.#options.now();
    this.#receivedAt = this.#unfinishedSince ?? now;
    if (this.#unfinishedSince === undefined) this.#arrival = this.#arrivalOfChunk(now);
    this.#lastChunkAt = bytes.length < fullReadBytes ? now : Infinity;
    // Searching the bytes once is far faster than searching the text of each line.
    this.#hasEscapes =
      bytes.includes(escapeByte) || (this.#hasEscapes && this.#unfinishedSince !== undefined);
    this.#splitter.push(bytes);
    const last = bytes[bytes.length - 1];
    if (last !== undefined && last !== 0x0a && last !== 0x0d) this.#unfinishedSince ??= now;
    this.#hasCutLines ||= this.#unfinishedSince !== undefined && bytes.length < fullReadBytes;
    this.#flush();
  }

  #arrivalOfChunk(now: number): LineArrival {
    if (this.#lastChunkAt === Infinity) return "together";
    if (now - this.#lastChunkAt >= pauseMs) return "later";
    return this.#hasCutLines ? "together" : "separately";
  }

  end(): void {
    this.#receivedAt = this.#unfinishedSince ?? this.#options.now();
    this.#splitter.end();
    this.#flush();
    this.#open = undefined;
  }

  /** Adds a line. `isRest` is set if the line is the rest of one that was too long. */
  #addLine(raw: string, isRest: boolean): void {
    if (isRest) {
      if (this.#open) markCut(this.#open);
      return;
    }
    this.#splits = 0;
    this.#addText(this.#hasEscapes ? stripAnsi(raw) : raw, true);
    this.#arrival = "together";
    if (this.#unfinishedSince !== undefined) {
      this.#unfinishedSince = undefined;
      this.#receivedAt = this.#options.now();
    }
  }

  /** Adds a line or the rest of one after a prefix or another record. */
  #addText(line: string, mayHavePrefix = false): void {
    const first = line.charCodeAt(0);
    const parsed = isDigit(first) ? this.#parseLogsLine(line) : undefined;
    if (parsed) return this.#beginLog(parsed);
    const prefix =
      mayHavePrefix && (first === openBracket || first === openParenthesis)
        ? hostPrefixLength(line, this.#hasHostPrefix)
        : 0;
    if (prefix === 0) return this.#addUnstamped(line);
    this.#hasHostPrefix = true;
    this.#addText(line.slice(prefix));
  }

  /** Adds a line without the time stamp of mirage-logs. */
  #addUnstamped(line: string): void {
    this.#splits += 1;
    const maySplit = this.#splits < maxSplits;
    const head = line.charCodeAt(0) === letterB && maySplit ? firmwareHeadLength(line) : 0;
    if (head > 0) {
      this.#addOther(line.slice(0, head));
      return this.#addText(line.slice(head));
    }
    if (this.#addKernelLine(line)) return;
    const embedded = maySplit ? embeddedLineStart(line) : 0;
    if (embedded > 0) {
      this.#addOther(line.slice(0, embedded));
      return this.#addText(line.slice(embedded));
    }
    const parsed = this.#parseCustomLine(line);
    if (parsed) this.#beginLog(parsed);
    else this.#addOther(line);
  }

  /** Adds a line of Unikraft's kernel; a crash report with its registers is one record. Returns whether it is one. */
  #addKernelLine(line: string): boolean {
    const mayBe = line.charCodeAt(0) === openBracket || /^(?:dbg|Info|Warn|ERR|CRIT): /.test(line);
    const parsed = mayBe ? parseKernelLine(line) : undefined;
    if (!parsed) return false;
    const { message, level, source, isCritical, column } = parsed;
    if (isCritical && this.#isUnikraftCrash && this.#open?.record.kind === "abort") {
      addTo(this.#open, line.slice(column));
      return true;
    }
    this.#begin(
      isCritical
        ? { kind: "abort", message, level, source }
        : { kind: "log", message, level, source, column },
    );
    this.#isUnikraftCrash = isCritical;
    return true;
  }

  /** Adds a line that no reporter wrote. */
  #addOther(line: string): void {
    const guest = classifyGuestLine(line);
    const known =
      guest?.kind === "tender" && !mayBeFromTender(line, this.#options.target) ? undefined : guest;
    const { continuesMessage } = this.#options;
    if (this.#open && continues(this.#open, known, line, this.#arrival, continuesMessage))
      addTo(this.#open, line);
    else if (known?.begins) this.#beginKnown(line, known);
    else this.#begin({ kind: "plain", message: line });
  }

  #beginLog({ message, level, source, loggedAt, prefixLength, column }: CustomReporterLine): void {
    this.#begin({ kind: "log", message, level, source, loggedAt, prefixLength, column });
  }

  #beginKnown(line: string, { kind, level, status }: LineKind): void {
    const isBoot = kind === "boot";
    this.#begin({ kind, message: isBoot ? bootSummary([line]) : line, level, status });
    if (isBoot) this.#open?.record.more.push(line);
  }

  #begin({
    kind,
    message,
    level,
    source,
    loggedAt,
    status,
    prefixLength = 0,
    column = 0,
  }: RecordStart): void {
    this.#flush();
    const record: GrowingRecord = {
      seq: this.#shared.nextSeq(),
      receivedAt: this.#receivedAt,
      loggedAt,
      shownAt: this.#shared.shownAt(loggedAt, this.#receivedAt),
      kind,
      stream: this.#stream,
      level,
      source,
      message,
      prefixLength,
      more: [],
      frames: [],
      status,
    };
    this.#open = { record, column, length: 0, isEmitted: false, hasChanged: false };
    this.#isUnikraftCrash = false;
  }

  /** Reports the open record if it is new or has changed. */
  #flush(): void {
    const open = this.#open;
    if (!open) return;
    if (!open.isEmitted) this.#options.onRecord(open.record);
    else if (open.hasChanged) this.#options.onUpdate?.(open.record);
    open.isEmitted = true;
    open.hasChanged = false;
  }
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}
