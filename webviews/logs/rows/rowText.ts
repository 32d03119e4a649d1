import { visibleText } from "../../../extension/protocol/visibleText.ts";
import type { LogRow, TimeMode } from "../../../extension/protocol/logs.ts";
import { t } from "../../../extension/protocol/l10n.ts";

/** A piece of a message; `hit` if it matches the filter. */
export interface MessagePart {
  readonly text: string;
  readonly hit: boolean;
}

/** Why a text is not a valid regular expression, or undefined if it is valid or `regex` is false. */
export function regexProblem(text: string, regex: boolean): string | undefined {
  if (!regex) return undefined;
  try {
    "".search(new RegExp(text, "im"));
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Splits a text at its hits; `hits` are alternating start and end offsets. */
export function messageParts(text: string, hits: readonly number[]): readonly MessagePart[] {
  const pieces: MessagePart[] = [];
  let from = 0;
  for (let at = 0; at + 1 < hits.length; at += 2) {
    const [begin = 0, end = 0] = [hits[at], hits[at + 1]];
    if (begin > from) pieces.push({ text: text.slice(from, begin), hit: false });
    pieces.push({ text: text.slice(begin, end), hit: true });
    from = end;
  }
  if (from < text.length || pieces.length === 0) pieces.push({ text: text.slice(from), hit: false });
  return pieces;
}

const two = (value: number): string => String(value).padStart(2, "0");
const three = (value: number): string => String(value).padStart(3, "0");

/** The time of a row: local clock time (without a fraction if it has whole seconds), since the start of the session, or since the row above. */
export function timeText(mode: TimeMode, row: LogRow): string {
  if (mode === "clock") {
    const at = new Date(row.time);
    const fraction = at.getMilliseconds() === 0 ? "" : `.${three(at.getMilliseconds())}`;
    return `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}${fraction}`;
  }
  const span = mode === "start" ? row.sinceStart : row.sinceRow;
  if (span === undefined) return "";
  const sign = span < 0 ? "\u2212" : "+";
  const whole = Math.round(Math.abs(span));
  const seconds = Math.floor(whole / 1000);
  const rest = `${two(seconds % 60)}.${three(whole % 1000)}`;
  if (seconds < 60) return `${sign}${seconds}.${three(whole % 1000)}`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 60
    ? `${sign}${minutes}:${rest}`
    : `${sign}${Math.floor(minutes / 60)}:${two(minutes % 60)}:${rest}`;
}

/** The text in the level column: the level, else the kind of record. */
export function levelText({ level, kind }: LogRow): string {
  if (level !== "other") return level;
  return kind === "plain" || kind === "log" ? "" : kind;
}

/** The class that colours a row. */
export function rowTone({ level, kind, stream }: LogRow): string {
  if (level !== "other") return level;
  if (kind === "abort" || kind === "trap" || kind === "exception") return "error";
  if (kind === "usage" || (kind === "tender" && stream === "stderr")) return "warning";
  return kind === "plain" ? "plain" : "quiet";
}

/** The label of a row for screen readers. */
export function rowAriaLabel(row: LogRow, mode: TimeMode, expanded: boolean): string {
  const level = levelText(row);
  const parts = [level, row.source === undefined ? "" : visibleText(row.source), visibleText(row.message)];
  const lines = row.moreCount === 1 ? t("{0} more line", "1") : t("{0} more lines", row.moreCount);
  const more = row.moreCount === 0 || expanded ? "" : lines;
  return [...parts, more, timeText(mode, row)].filter((part) => part !== "").join(", ");
}
