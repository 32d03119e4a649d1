import type { LogRecord } from "./model.ts";
import { recordText } from "./panelRows.ts";
import { t } from "../platform/l10n.ts";

/** A clipboard is no place for more: VS Code sends it through several processes, and some desktops stall. */
const mostRecords = 100_000;
const mostLetters = 32_000_000;

export interface Copied {
  readonly text: string;
  /** What was copied, for the user; says so when it is not all. */
  readonly words: string;
  readonly all: boolean;
}

/** The text of records for the clipboard, as far as they have room there; no portion is read beyond that. */
export function forClipboard(portions: Iterable<readonly LogRecord[]>, wanted: number): Copied {
  const parts: string[] = [];
  let letters = 0;
  for (const record of eachOf(portions)) {
    if (parts.length === mostRecords) break;
    const text = recordText(record);
    if (letters + text.length > mostLetters) break;
    letters += text.length;
    parts.push(text);
  }
  const count = parts.length;
  const all = count >= wanted;
  const number = new Intl.NumberFormat("en");
  const words = all
    ? t("{0} {1} on the clipboard.", number.format(count), count === 1 ? t("record is") : t("records are"))
    : t(
        "Only the first {0} of {1} records are on the clipboard: more are for a file.",
        number.format(count),
        number.format(wanted),
      );
  return { text: parts.join(""), words, all };
}

function* eachOf(portions: Iterable<readonly LogRecord[]>): Iterable<LogRecord> {
  for (const portion of portions) yield* portion;
}
