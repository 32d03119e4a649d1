import type { Details, Filter, Row, SessionView } from "../../webviews/logs/messages.ts";
import { patternOf } from "../../webviews/logs/words.ts";
import type { LogRecord, LogSession } from "./model.ts";

const messageLimit = 2000;
const wholeLimit = 100_000;
const linesLimit = 1000;

/** Whether a record passes. A wrong regular expression lets all pass: the panel says that it is wrong. */
export function matcher({ hidden, source, text, regex }: Filter): (record: LogRecord) => boolean {
  const away = new Set<string>(hidden);
  let pattern: RegExp | undefined;
  try {
    const found = patternOf(text, regex);
    // Without the flag g, `test` begins at the beginning each time.
    pattern = found && new RegExp(found.source, "i");
  } catch {
    pattern = undefined;
  }
  return (record) =>
    !away.has(record.level ?? "other") &&
    (source === undefined || record.source === source) &&
    (pattern === undefined || pattern.test(record.message) || record.more.some((line) => pattern.test(line)));
}

/** A row of the panel; `above` is the record of the row above it. */
export function rowOf(record: LogRecord, above: LogRecord | undefined, startedAt: number): Row {
  const time = record.loggedAt ?? record.receivedAt;
  const { seq, kind, stream, source, message, more, frames } = record;
  return {
    seq,
    time,
    sinceStart: record.receivedAt - startedAt,
    sinceRow: above && sinceOther(record, above),
    kind,
    stream,
    level: record.level ?? "other",
    source,
    message: message.slice(0, messageLimit),
    cut: message.length > messageLimit,
    more: more.length + frames.length,
  };
}

/** Clocks are not mixed: the unikernel's and this computer's may differ. */
function sinceOther(record: LogRecord, above: LogRecord): number {
  return record.loggedAt !== undefined && above.loggedAt !== undefined
    ? record.loggedAt - above.loggedAt
    : record.receivedAt - above.receivedAt;
}

/** What the panel shows of an expanded record; what is very long is cut. */
export function detailsOf({ message, more, frames, kind }: LogRecord): Details {
  const lines = more.slice(0, linesLimit).map((line) => line.slice(0, messageLimit));
  return {
    whole: message.length > messageLimit ? message.slice(0, wholeLimit) : undefined,
    lines,
    omitted: more.length - lines.length,
    frames: frames.map(({ name, file, line, startColumn, inlined }) => ({
      label: `${name ?? "in"}${inlined ? " (inlined)" : ""}`,
      place: `${file}:${line}:${startColumn + 1}`,
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
