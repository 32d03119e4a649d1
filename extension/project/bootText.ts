import { spanText } from "../protocol/spanText.ts";
import { t } from "../protocol/l10n.ts";
import type { BootTimes } from "./model.ts";
import { sparkline } from "../platform/sparkline.ts";

/** Describes how long a boot took in a few words, as far as it is known: `booted in 38 ms`. */
export function bootText({ firstOutput, firstRecord }: BootTimes): string {
  const took = firstRecord ?? firstOutput;
  return took === undefined ? "" : t("booted in {0}", durationText(took));
}

/** Describes the parts of a boot on a target, one a line. */
export function bootDetail(target: string, times: BootTimes, addresses: readonly string[] = []): string {
  const { firstOutput, firstRecord, network } = times;
  const guest = guestTime(times);
  const split = [
    firstOutput === undefined
      ? ""
      : t("Tender: {0} until the first output of the guest", durationText(firstOutput)),
    guest === undefined ? "" : t("Guest: {0} more until the first log record", durationText(guest)),
  ];
  const whole =
    firstRecord === undefined ? "" : t("{0} until the first log record", durationText(firstRecord));
  return [
    ...(isProcess(target) ? [whole] : split),
    firstRecord === undefined ? t("There is no log record yet.") : "",
    network === undefined
      ? ""
      : t("Network: up after {0} ({1})", durationText(network), addresses.join(", ")),
  ]
    .filter(Boolean)
    .join("\n");
}

/** Describes the last boots on a target, oldest first, as a heading and lines; empty if there are none. */
export function bootTrend(target: string, boots: readonly BootTimes[]): readonly string[] {
  if (boots.length === 0) return [];
  const heading =
    boots.length === 1 ? t("Last boot on {0}:", target) : t("Last {0} boots on {1}:", boots.length, target);
  const line = (name: string, timeOf: (times: BootTimes) => number | undefined) =>
    trendLine(name, boots.map(timeOf));
  return [
    heading,
    ...(isProcess(target)
      ? [line(t("Boot"), ({ firstOutput, firstRecord }) => firstRecord ?? firstOutput)]
      : [line(t("Tender"), ({ firstOutput }) => firstOutput), line(t("Guest"), guestTime)]),
    line(t("Network"), ({ network }) => network),
  ].filter(Boolean);
}

/** Whether the unikernel is a process without a tender, whose first output is usually its first record. */
const isProcess = (target: string): boolean => target === "unix" || target === "macosx";

/** The guest's own time until the first log record. */
function guestTime({ firstOutput, firstRecord }: BootTimes): number | undefined {
  return firstOutput === undefined || firstRecord === undefined ? undefined : firstRecord - firstOutput;
}

function trendLine(name: string, times: readonly (number | undefined)[]): string {
  const known = times.filter((time) => time !== undefined);
  const last = known.at(-1);
  if (last === undefined) return "";
  if (known.length === 1) return `${name}: ${durationText(last)}`;
  const [least, most] = [Math.min(...known), Math.max(...known)].map(durationText);
  const range = least === most ? "" : ` (${least} – ${most})`;
  return `${name}: ${sparkline(known)} ${durationText(last)}${range}`;
}

/** Formats a short time in milliseconds: `38 ms`, `1.1 s`. */
export function durationText(milliseconds: number): string {
  return milliseconds < 1000 ? t("{0} ms", Math.round(milliseconds)) : spanText(milliseconds);
}
