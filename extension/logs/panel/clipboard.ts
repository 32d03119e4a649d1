import type { LogRecord } from "../model.ts";
import { formatRecord } from "./panelRows.ts";
import { t } from "../../protocol/l10n.ts";

/** Limits on what is copied, because VS Code sends it through several processes and some desktops stall. */
const maxRecords = 100_000;
const maxCharacters = 32_000_000;

/** The text to copy and what to tell the user. */
export interface ClipboardText {
  readonly text: string;
  /** A sentence for the user that says what was copied. */
  readonly message: string;
  readonly isComplete: boolean;
}

/**
 * The text of records for the clipboard, up to a limit beyond which no portion is read. `requested` is the
 * number of records in all portions.
 */
export function clipboardText(portions: Iterable<readonly LogRecord[]>, requested: number): ClipboardText {
  const parts: string[] = [];
  let characters = 0;
  for (const record of flatten(portions)) {
    if (parts.length === maxRecords) break;
    const text = formatRecord(record);
    if (characters + text.length > maxCharacters) break;
    characters += text.length;
    parts.push(text);
  }
  const isComplete = parts.length >= requested;
  const numberFormat = new Intl.NumberFormat("en");
  const format = (count: number) => numberFormat.format(count);
  return {
    text: parts.join(""),
    message: isComplete
      ? copiedMessage(parts.length, format)
      : t(
          "Copied only the first {0} of {1} records. To get all of them, save them to a file.",
          format(parts.length),
          format(requested),
        ),
    isComplete,
  };
}

function copiedMessage(count: number, format: (count: number) => string): string {
  return count === 1 ? t("Copied 1 record.") : t("Copied {0} records.", format(count));
}

function* flatten(portions: Iterable<readonly LogRecord[]>): Iterable<LogRecord> {
  for (const portion of portions) yield* portion;
}
