import type { Row, SessionView, TimeMode } from "./messages.ts";
import { t } from "../../extension/platform/l10n.ts";

/** A piece of a message; `hit` where the filter's text was found. */
export interface Piece {
  readonly text: string;
  readonly hit: boolean;
}

/** Why a text cannot be looked for as a regular expression; undefined when it can. */
export function complaint(text: string, regex: boolean): string | undefined {
  if (!regex) return undefined;
  try {
    "".search(new RegExp(text, "im"));
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Cuts a text where something was found in it: `hits` are begins and ends, one after the other. */
export function piecesOf(text: string, hits: readonly number[]): readonly Piece[] {
  const pieces: Piece[] = [];
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

/** Controls, and characters that turn the direction of text, which could hide what a line says. */
const unseen = /[\0-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2028\u2029\u2066-\u2069\ufeff]/g;

/** The text with a sign in the place of every character that would not be seen. */
export function visible(text: string): string {
  return text.replace(unseen, (character) => {
    const code = character.charCodeAt(0);
    // https://www.unicode.org/charts/PDF/U2400.pdf
    if (code < 0x20) return String.fromCharCode(0x2400 + code);
    return code === 0x7f ? "\u2421" : `\u27e8U+${code.toString(16).toUpperCase().padStart(4, "0")}\u27e9`;
  });
}

const two = (value: number): string => String(value).padStart(2, "0");
const three = (value: number): string => String(value).padStart(3, "0");

/** The time of a row: of the clock here, since the session began, or since the row above. */
export function timeText(mode: TimeMode, row: Row): string {
  if (mode === "clock") {
    const at = new Date(row.time);
    return `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}.${three(at.getMilliseconds())}`;
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

/** A session in the picker. */
export function sessionText({ name, target, startedAt, outcome }: SessionView): string {
  const at = new Date(startedAt);
  const clock = `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
  const ends = { running: t("running"), ok: "", failed: t("failed"), stopped: t("stopped") };
  const end = ends[outcome] === "" ? "" : ` \u2013 ${ends[outcome]}`;
  return `${visible(name)} (${target}) ${clock}${end}`;
}

/** What stands in the place of the level: the level, else what kind of record it is. */
export function levelText({ level, kind }: Row): string {
  if (level !== "other") return level;
  return kind === "plain" || kind === "log" ? "" : kind;
}

/** How a row is coloured. */
export function toneOf({ level, kind, stream }: Row): string {
  if (level !== "other") return level;
  if (kind === "abort" || kind === "trap" || kind === "exception") return "error";
  if (kind === "usage" || (kind === "tender" && stream === "stderr")) return "warning";
  return kind === "plain" ? "plain" : "quiet";
}

/** A row as a screen reader says it. */
export function spoken(row: Row, mode: TimeMode, expanded: boolean): string {
  const level = levelText(row);
  const parts = [level, row.source === undefined ? "" : visible(row.source), visible(row.message)];
  const lines = row.more === 1 ? t("{0} more line", "1") : t("{0} more lines", row.more);
  const more = row.more === 0 || expanded ? "" : lines;
  return [...parts, more, timeText(mode, row)].filter((part) => part !== "").join(", ");
}
