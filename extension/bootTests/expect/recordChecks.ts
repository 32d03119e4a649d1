import type { LogRecord } from "../../logs/model.ts";
import { TimeLimitExceeded, withTimeLimit } from "../../logs/store/timeLimit.ts";
import { t } from "../../protocol/l10n.ts";
import type { Expectations, Failure, RecordPattern } from "../model.ts";

/** A regular expression may take this long for one record, in milliseconds. */
const patternMs = 200;
/** How many records are shown if an expected one is missing. */
const shownRecords = 20;

/** Compares the records of a boot with the expectations `log` and `never`. */
export interface RecordChecks {
  /** Receives a new record, and the same object again after lines were added to it. */
  readonly add: (record: LogRecord) => void;
  /** Whether all records of `log` have appeared. */
  readonly isComplete: () => boolean;
  /** What no later record can repair. */
  readonly failures: () => readonly Failure[];
  /** The failures of a boot that has ended: also the records that did not appear. */
  readonly end: () => readonly Failure[];
}

export function createRecordChecks({ log, never }: Pick<Expectations, "log" | "never">): RecordChecks {
  let next = 0;
  /** The record that the last pattern matched: a pattern matches a later one. */
  let lastMatched = -1;
  const failures = new Map<RecordPattern, Failure>();
  const recent: LogRecord[] = [];
  const matches = (record: LogRecord, pattern: RecordPattern): boolean => {
    try {
      return matchesRecord(record, pattern);
    } catch (error) {
      if (!(error instanceof TimeLimitExceeded)) throw error;
      failures.set(pattern, {
        message: t("The regular expression takes too long. Simplify it."),
        range: pattern.range,
      });
      return false;
    }
  };
  return {
    add: (record) => {
      if (recent.at(-1) !== record) recent.push(record);
      if (recent.length > shownRecords) recent.shift();
      for (const pattern of never) {
        if (failures.has(pattern) || !matches(record, pattern)) continue;
        failures.set(pattern, {
          message: t("This record must not appear: {0}", recordText(record)),
          range: pattern.range,
          record: record.message,
        });
      }
      const pattern = log[next];
      if (!pattern || failures.has(pattern) || record.seq <= lastMatched || !matches(record, pattern)) return;
      next++;
      lastMatched = record.seq;
    },
    isComplete: () => next === log.length,
    failures: () => [...failures.values()],
    end: () => {
      const missing = log[next];
      if (!missing || failures.has(missing)) return [...failures.values()];
      const actual = recent.map(recordText).join("\n");
      const message =
        actual === ""
          ? t("No record appeared. Expected: {0}", describePattern(missing))
          : t("No record matched: {0}", describePattern(missing));
      return [
        ...failures.values(),
        { message, range: missing.range, expected: describePattern(missing), actual },
      ];
    },
  };
}

/** Throws TimeLimitExceeded if the regular expression takes too long. */
function matchesRecord(record: LogRecord, { text, source, level, matches }: RecordPattern): boolean {
  if (source !== undefined && record.source !== source) return false;
  if (level !== undefined && record.level !== level) return false;
  const full = recordText(record);
  if (text !== undefined && !full.includes(text)) return false;
  return matches === undefined || withTimeLimit(patternMs, () => matches.test(full));
}

/** The message and the lines that continue it. */
const recordText = ({ message, more }: LogRecord): string => [message, ...more].join("\n");

function describePattern({ text, source, level, matches }: RecordPattern): string {
  const parts = [
    ...(level === undefined ? [] : [`[${level.toUpperCase()}]`]),
    ...(source === undefined ? [] : [`[${source}]`]),
    ...(text === undefined ? [] : [text]),
    ...(matches === undefined ? [] : [`/${matches.source}/`]),
  ];
  return parts.join(" ");
}
