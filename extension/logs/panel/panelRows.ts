import {
  levelKeys,
  type CrashView,
  type RowDetails,
  type LogRow,
  type SessionView,
  type LogsState,
} from "../../protocol/logs.ts";
import type { CrashExplanation, CrashAction } from "../crash/crashExplanation.ts";
import { displayFrameName } from "../source/frameSources.ts";
import { shownTime, type LogRecord, type LogSession } from "../model.ts";
import { bootDetail, bootText } from "../../project/bootText.ts";
import type { RecordCounts } from "../store/recordBuffer.ts";
import { t } from "../../protocol/l10n.ts";

const messageLimit = 2000;
const fullMessageLimit = 100_000;
const linesLimit = 1000;

/** Counts the records by level and source, without those in `before`. Sources are sorted by count. */
export function countsSince(
  { levels, sources }: RecordCounts,
  before: RecordCounts | undefined,
): Pick<LogsState, "levels" | "sources"> {
  return {
    levels: levelKeys.map((level) => Math.max(0, levels[level] - (before?.levels[level] ?? 0))),
    sources: [...sources]
      .map(([name, count]) => ({ name, count: Math.max(0, count - (before?.sources.get(name) ?? 0)) }))
      .toSorted((a, b) => b.count - a.count || a.name.localeCompare(b.name)),
  };
}

/** Finds the matches of the filter in a text: start and end offset of each, in one list. */
export type FindHits = (text: string) => readonly number[];

/** The panel's row for a record; `above` is the record of the row above it. */
export function toLogRow(
  record: LogRecord,
  above: LogRecord | undefined,
  startedAt: number,
  findHits: FindHits,
): LogRow {
  const { seq, kind, stream, source, message, prefixLength, more, frames } = record;
  const shown = message.slice(0, messageLimit);
  return {
    seq,
    time: shownTime(record),
    sinceStart: record.receivedAt - startedAt,
    sinceRow: above && timeSince(record, above),
    kind,
    stream,
    level: record.level ?? "other",
    source,
    message: shown,
    prefixLength,
    hits: findHits(shown),
    isTruncated: message.length > messageLimit,
    moreCount: linesWithoutFrames(more, frames.length).length + frames.length,
  };
}

/**
 * Milliseconds between two records by one clock: the unikernel's and this computer's may differ. Times in whole
 * seconds say less than the arrivals.
 */
function timeSince(record: LogRecord, above: LogRecord): number {
  const [at, before] = [record.loggedAt, above.loggedAt];
  const isPrecise = at !== undefined && before !== undefined && (at % 1000 !== 0 || before % 1000 !== 0);
  return isPrecise ? at - before : record.receivedAt - above.receivedAt;
}

/** Matches a line of an OCaml backtrace that names a source location. */
const frameLine = /^(?:Raised|Re-raised|Called) .* in file "/;

/** The lines without those of a backtrace, which are shown as frames with links. */
function linesWithoutFrames(more: readonly string[], frames: number): readonly string[] {
  return frames === 0 ? more : more.filter((line) => !frameLine.test(line));
}

/** What the panel shows for an expanded record. Very long texts are truncated. */
export function toRowDetails({ message, more, frames, kind }: LogRecord, findHits: FindHits): RowDetails {
  const all = linesWithoutFrames(more, frames.length);
  const lines = all.slice(0, linesLimit).map((line) => line.slice(0, messageLimit));
  const fullMessage = message.length > messageLimit ? message.slice(0, fullMessageLimit) : undefined;
  return {
    fullMessage,
    fullMessageHits: fullMessage === undefined ? [] : findHits(fullMessage),
    lines,
    lineHits: findHits(lines.join("\n")),
    omitted: all.length - lines.length,
    frames: frames.map(({ name, file, line, startColumn, inlined }) => ({
      label: `${displayFrameName(name) || "in"}${inlined ? " (inlined)" : ""}`,
      location: `${file}:${line}:${startColumn + 1}`,
      unavailableReason: undefined,
    })),
    callSite: kind === "log",
  };
}

/** A session for the panel's picker. */
export function toSessionView(session: LogSession): SessionView {
  const { id, name, target, startedAt, endedAt, outcome, boot, addresses } = session;
  return {
    id,
    name,
    target,
    startedAt,
    endedAt,
    outcome: outcome?.kind ?? (endedAt === undefined ? "running" : "stopped"),
    outcomeText: outcome?.text ?? "",
    refused: outcome?.cause === "refused",
    bootText: boot ? bootText(boot) : "",
    bootDetail: boot ? bootDetail(target, boot, addresses) : "",
  };
}

/** The panel's view of an explanation; `outcomeText` says how the session ended. */
export function toCrashView(
  { text, next, seq, frame, actions }: CrashExplanation,
  outcomeText: string,
  tone: CrashView["tone"] = "failure",
): CrashView {
  const labels = {
    frame: t("Open {0}", `${frame?.file ?? ""}:${frame?.line ?? 0}`),
    launch: t("Open {0}", "launch.json"),
    devices: t("Set Devices"),
    target: t("Select Target"),
    build: t("Build"),
    setup: t("Check Setup"),
    hosts: t("Show Hosts"),
    debug: t("Debug"),
    copy: t("Copy Command"),
    arguments: t("Boot Arguments…"),
    options: t("Configure with Options…"),
    network: t("Set Up Network…"),
  } satisfies Record<Exclude<CrashAction["kind"], "problem" | "search" | "useTarget">, string>;
  const labelOf = (action: CrashAction): string => {
    if (action.kind === "problem") return action.action.title;
    if (action.kind === "useTarget") return t("Use {0} Instead", action.target);
    return action.kind === "search" ? t("Find {0}", shortened(action.text)) : labels[action.kind];
  };
  return { tone, outcomeText, text, next, seq, actions: actions.map(labelOf) };
}

const shortened = (text: string): string => (text.length <= 24 ? text : `${text.slice(0, 23)}…`);

/** A record as it is copied and saved: time in UTC, level, source and all lines, ending with a line end. */
export function formatRecord(record: LogRecord): string {
  const { level, source, message, more } = record;
  const head = [new Date(shownTime(record)).toISOString().replace(".000Z", "Z")];
  if (level !== undefined) head.push(`[${level.toUpperCase()}]`);
  if (source !== undefined) head.push(`[${source}]`);
  return `${[`${head.join(" ")} ${message}`, ...more].join("\n")}\n`;
}
