import { t } from "../protocol/l10n.ts";
import type { Statistics } from "./wire/replies.ts";

/** A measurement and when it came, in milliseconds. */
export interface Sample {
  readonly at: number;
  readonly statistics: Statistics;
}

/** What a unikernel uses. Bytes that arrived and left are since its start, as the unikernel sees them. */
export interface Usage {
  /** Percent of one CPU since the sample before; undefined for the first one. */
  readonly cpu: number | undefined;
  /** Bytes in the memory of the host, if it counts them. */
  readonly memory: number | undefined;
  readonly networks: readonly {
    readonly device: string;
    readonly received: number;
    readonly sent: number;
  }[];
}

/** The daemon counts memory in pages of Linux on amd64. */
const pageBytes = 4096;

type Time = Statistics["usage"]["utime"];
const secondsOf = ({ seconds, microseconds }: Time): number => Number(seconds) + microseconds / 1e6;
const cpuSeconds = ({ usage }: Statistics): number => secondsOf(usage.utime) + secondsOf(usage.stime);

/** Computes what is used from the last sample and the one before it. */
export function usageOf({ at, statistics }: Sample, before: Sample | undefined): Usage {
  const seconds = before ? (at - before.at) / 1000 : 0;
  const used = before ? cpuSeconds(statistics) - cpuSeconds(before.statistics) : 0;
  return {
    // After a restart, the counters begin again.
    cpu: seconds > 0 && used >= 0 ? (100 * used) / seconds : undefined,
    memory: statistics.memory ? Number(statistics.memory.rss) * pageBytes : undefined,
    networks: statistics.interfaces.map(({ device, inputBytes, outputBytes }) => ({
      device,
      // The counters are those of the host's tap.
      received: Number(outputBytes),
      sent: Number(inputBytes),
    })),
  };
}

/** Such as `3 % CPU · 24.1 MB in memory`. */
export function usageText({ cpu, memory }: Usage): string {
  return [
    ...(cpu === undefined ? [] : [t("{0} % CPU", cpu < 10 ? cpu.toFixed(1) : Math.round(cpu))]),
    ...(memory === undefined ? [] : [t("{0} in memory", bytesText(memory))]),
  ].join(" · ");
}

/** Such as `12 kB received · 3 kB sent`. */
export const networkText = ({ received, sent }: Usage["networks"][number]): string =>
  t("{0} received · {1} sent", bytesText(received), bytesText(sent));

function bytesText(bytes: number): string {
  if (bytes < 1000) return t("{0} B", bytes);
  if (bytes < 1e6) return t("{0} kB", (bytes / 1e3).toFixed(bytes < 1e4 ? 1 : 0));
  return t("{0} MB", (bytes / 1e6).toFixed(bytes < 1e8 ? 1 : 0));
}
