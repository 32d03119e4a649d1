import {
  levelKeys,
  type CrashView,
  type Details,
  type Row,
  type SessionView,
  type State,
} from "../../webviews/logs/messages.ts";
import type { Crash, CrashAction } from "./crashRule.ts";
import { frameLabel } from "./links.ts";
import type { LogRecord, LogSession } from "./model.ts";
import type { RecordCounts } from "./recordRing.ts";
import { t } from "../platform/l10n.ts";

const messageLimit = 2000;
const wholeLimit = 100_000;
const linesLimit = 1000;

/** What the panel tells of levels and sources: of the records that came after `before` was counted. */
export function countsSince(
  { levels, sources }: RecordCounts,
  before: RecordCounts | undefined,
): Pick<State, "levels" | "sources"> {
  return {
    levels: levelKeys.map((level) => Math.max(0, levels[level] - (before?.levels[level] ?? 0))),
    sources: [...sources]
      .map(([name, count]) => ({ name, count: Math.max(0, count - (before?.sources.get(name) ?? 0)) }))
      .toSorted((a, b) => b.count - a.count || a.name.localeCompare(b.name)),
  };
}

/** Where the filter's text is in a text. */
export type FindHits = (text: string) => readonly number[];

/** A row of the panel; `above` is the record of the row above it. */
export function rowOf(
  record: LogRecord,
  above: LogRecord | undefined,
  startedAt: number,
  hits: FindHits,
): Row {
  const time = record.loggedAt ?? record.receivedAt;
  const { seq, kind, stream, source, message, lead, more, frames } = record;
  const shown = message.slice(0, messageLimit);
  return {
    seq,
    time,
    sinceStart: record.receivedAt - startedAt,
    sinceRow: above && sinceOther(record, above),
    kind,
    stream,
    level: record.level ?? "other",
    source,
    message: shown,
    lead,
    hits: hits(shown),
    cut: message.length > messageLimit,
    more: otherLines(more, frames.length).length + frames.length,
  };
}

/** Clocks are not mixed: the unikernel's and this computer's may differ. */
function sinceOther(record: LogRecord, above: LogRecord): number {
  return record.loggedAt !== undefined && above.loggedAt !== undefined
    ? record.loggedAt - above.loggedAt
    : record.receivedAt - above.receivedAt;
}

/** A line of a backtrace as OCaml prints it. */
const frameLine = /^(?:Raised|Re-raised|Called) .* in file "/;

/** The lines without those that are shown as frames, with links. */
function otherLines(more: readonly string[], frames: number): readonly string[] {
  return frames === 0 ? more : more.filter((line) => !frameLine.test(line));
}

/** What the panel shows of an expanded record; what is very long is cut. */
export function detailsOf({ message, more, frames, kind }: LogRecord, hits: FindHits): Details {
  const all = otherLines(more, frames.length);
  const lines = all.slice(0, linesLimit).map((line) => line.slice(0, messageLimit));
  const whole = message.length > messageLimit ? message.slice(0, wholeLimit) : undefined;
  return {
    whole,
    wholeHits: whole === undefined ? [] : hits(whole),
    lines,
    lineHits: hits(lines.join("\n")),
    omitted: all.length - lines.length,
    frames: frames.map(({ name, file, line, startColumn, inlined }) => ({
      label: `${frameLabel(name) || "in"}${inlined ? " (inlined)" : ""}`,
      place: `${file}:${line}:${startColumn + 1}`,
      why: undefined,
    })),
    callSite: kind === "log",
  };
}

/** A session as the panel's picker has it. */
export function sessionView({ id, name, target, startedAt, endedAt, outcome }: LogSession): SessionView {
  return {
    id,
    name,
    target,
    startedAt,
    outcome: outcome?.kind ?? (endedAt === undefined ? "running" : "stopped"),
    words: outcome?.text ?? "",
  };
}

/** What the panel shows of a crash. */
export function crashView({ text, next, seq, frame, actions }: Crash, words: string): CrashView {
  const labels = {
    frame: t("Open {0}", `${frame?.file ?? ""}:${frame?.line ?? 0}`),
    launch: t("Open {0}", "launch.json"),
    devices: t("Set Devices"),
    target: t("Select Target"),
    build: t("Build"),
    setup: t("Check Setup"),
    copy: t("Copy Command"),
  } satisfies Record<CrashAction["kind"], string>;
  return { words, text, next, seq, actions: actions.map(({ kind }) => labels[kind]) };
}

/** A record as it is copied and saved: the time in UTC, level, source, and all of its lines. */
export function recordText({ loggedAt, receivedAt, level, source, message, more }: LogRecord): string {
  const head = [new Date(loggedAt ?? receivedAt).toISOString()];
  if (level !== undefined) head.push(`[${level.toUpperCase()}]`);
  if (source !== undefined) head.push(`[${source}]`);
  return `${[`${head.join(" ")} ${message}`, ...more].join("\n")}\n`;
}
