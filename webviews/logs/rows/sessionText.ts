import type { SessionView } from "../../../extension/protocol/logs.ts";
import { spanText } from "../../../extension/protocol/spanText.ts";
import { visibleText } from "../../../extension/protocol/visibleText.ts";
import { t } from "../../../extension/protocol/l10n.ts";

const two = (value: number): string => String(value).padStart(2, "0");
/** Longer names are shortened in the middle, because names differ at their beginning and end. */
const maxName = 40;
const minName = 9;

/** The text of a session in the dropdown; without its state if that is shown beside it. */
export function sessionText(session: SessionView, hasStatus = false): string {
  const { name, target, startedAt, outcome, refused, outcomeText } = session;
  const at = new Date(startedAt);
  const clock = `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
  const ends = { running: t("running"), ok: "", failed: t("failed"), stopped: t("stopped") };
  const end = refused ? outcomeText : ends[outcome];
  return `${shortName(visibleText(name), maxName)} (${target}) ${clock}${end === "" || hasStatus ? "" : ` \u2013 ${end}`}`;
}

/** Shorter texts of a session for a narrow list, the longest first: without the time, and with less of the name. */
export function shorterTexts({ name, target }: SessionView): readonly string[] {
  const shown = visibleText(name);
  const lengths = Array.from({ length: maxName - minName + 1 }, (_, index) => maxName - index);
  return lengths
    .filter((length) => length === maxName || length < shown.length)
    .map((length) => `${shortName(shown, length)} (${target})`);
}

function shortName(name: string, length: number): string {
  if (name.length <= length) return name;
  const end = Math.floor((length - 1) / 2);
  return `${name.slice(0, length - 1 - end)}\u2026${name.slice(-end)}`;
}

/** The text of the state that is too long for the line: the whole state, and how the boot went. */
export function statusTitle(session: SessionView, words: string): string {
  return [words, session.bootDetail].filter(Boolean).join("\n");
}

/**
 * The state of a session: how it ended, in the words of the terminal, and after how long; or how long it has
 * been running at `now`, in milliseconds since the epoch.
 */
export function statusText(
  { outcome, outcomeText, refused, startedAt, endedAt, bootText }: SessionView,
  now: number,
): { readonly words: string; readonly span: string; readonly boot: string } {
  const boot = bootText === "" ? "" : ` · ${bootText}`;
  if (outcome === "running") {
    const age = now - startedAt;
    const span = age < 5000 ? "" : ` ${t("for {0}", spanText(age - (age < 60_000 ? age % 5000 : 0)))}`;
    return { words: t("running"), span, boot };
  }
  const took = refused || endedAt === undefined ? -1 : endedAt - startedAt;
  return { words: outcomeText, span: took < 0 ? "" : ` ${t("after {0}", spanText(took))}`, boot };
}
