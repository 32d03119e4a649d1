import { t } from "./l10n.ts";

/** A time span in at most two units: `4.1 s`, `12 s`, `3 min`, `2 h 5 min`. */
export function spanText(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  if (seconds < 9.95) return t("{0} s", Number.isInteger(seconds) ? String(seconds) : seconds.toFixed(1));
  if (seconds < 59.5) return t("{0} s", String(Math.round(seconds)));
  const minutes = Math.round(seconds / 60);
  return minutes < 60
    ? t("{0} min", String(minutes))
    : t("{0} h {1} min", String(Math.floor(minutes / 60)), String(minutes % 60));
}
