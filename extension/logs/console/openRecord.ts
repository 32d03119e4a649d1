import { t } from "../../protocol/l10n.ts";
import type { LogRecord, StackFrame } from "../model.ts";
import { continuesFirmware, continuesSolo5Boot } from "./firmwareLine.ts";
import { bootSummary, hasBanner, isBacktraceLine, parseFrame } from "./guestLine.ts";
import type { LineKind } from "./lineKind.ts";

/** A record has no more lines and no more text than this; later lines become records of their own. */
export const maxMoreLines = 4096;
const maxMoreLength = 1 << 20;
const cutMark = ` … ${t("(cut; the whole line is in the raw console)")}`;

/** A record to which lines can be added. */
export interface GrowingRecord extends LogRecord {
  message: string;
  readonly more: string[];
  readonly frames: StackFrame[];
}

/** A record that may still grow, and what the parser needs to know about it. */
export interface OpenRecord {
  readonly record: GrowingRecord;
  /** Where the message begins in its line: further lines are indented to this column. */
  readonly column: number;
  /** The length of the lines that were added. */
  length: number;
  isEmitted: boolean;
  hasChanged: boolean;
}

/** How a line arrived after the line before it. */
export type LineArrival =
  /** In the same chunk of bytes. */
  | "together"
  /** At the start of a chunk, and the program writes whole lines: another write has begun. */
  | "separately"
  /** After a pause. */
  | "later";

/**
 * Says of a line whether it continues the message of a record, from what is known about the program;
 * `undefined` if that is not known.
 */
export type ContinuesMessage = (record: LogRecord, line: string) => boolean | undefined;

/** Adds a line to a record. */
export function addTo(open: OpenRecord, line: string): void {
  const { record } = open;
  record.more.push(dedent(line, open.column));
  open.length += line.length;
  open.hasChanged = true;
  if (record.kind === "boot") record.message = bootSummary(record.more);
  const frame = parseFrame(line);
  if (frame) record.frames.push(frame);
}

/** Whether a line that no reporter wrote continues the open record. */
export function continues(
  open: OpenRecord,
  known: LineKind | undefined,
  line: string,
  arrival: LineArrival,
  continuesMessage: ContinuesMessage | undefined,
): boolean {
  const { kind, more, frames, message } = open.record;
  if (more.length >= maxMoreLines || open.length + line.length > maxMoreLength) return false;
  if (known) {
    if (!known.joins || known.kind !== kind) return false;
    return kind !== "boot" || !hasBanner([line]) || !hasBanner(more);
  }
  switch (kind) {
    case "log":
      return isPartOfMessage(open, line, arrival, continuesMessage);
    case "usage":
      return true;
    case "boot":
      return message.startsWith("Solo5") ? continuesSolo5Boot(line) : continuesFirmware(line, more);
    case "plain":
      return isBacktraceLine(line) && (frames.length > 0 || parseFrame(line) !== undefined);
    case "abort":
      // OCaml 5 ends its fatal error message with a line end, and its runtime adds another one.
      return line === "" && more.length === 0 && message.startsWith("Fatal ");
    case "exception": {
      // Eio reports the exceptions of several fibres together, each followed by its backtrace.
      const isOneOfSeveral = line.startsWith("- ") && / Multiple exceptions:\s*$/.test(message);
      return frames.length === 0 || isOneOfSeveral || isBacktraceLine(line);
    }
    case "exit":
    case "trap":
    case "tender":
      return false;
  }
}

/**
 * Whether a line without a head belongs to the message before it or was printed without the reporter, such as by
 * `prerr_endline`. A reporter writes a message at once, and Format indents its further lines. Two writes in
 * quick succession arrive together, so the sources of the program decide then.
 */
function isPartOfMessage(
  { record }: OpenRecord,
  line: string,
  arrival: LineArrival,
  continuesMessage: ContinuesMessage | undefined,
): boolean {
  if (isBacktraceLine(line)) return true;
  if (arrival === "later") return false;
  const isIndented = /^[ \t]/.test(line);
  if (arrival === "separately" && !isIndented) return false;
  return continuesMessage?.(record, line) ?? true;
}

/** Marks the last line of a record as cut. */
export function markCut(open: OpenRecord): void {
  const { record } = open;
  const last = record.more.length - 1;
  const text = record.more[last] ?? record.message;
  if (text.endsWith(cutMark)) return;
  if (last >= 0) record.more[last] = text + cutMark;
  else record.message = text + cutMark;
  open.hasChanged = true;
}

/** Removes the indentation that Format gives to the lines of a box, up to the column where the box begins. */
function dedent(line: string, column: number): string {
  for (let at = 0; at < column; at++) {
    if (line.charCodeAt(at) !== 0x20) return line;
  }
  return line.slice(column);
}
