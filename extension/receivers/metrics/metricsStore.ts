import { metricKey, type MetricName } from "../../protocol/metricText.ts";
import type { MetricsLine } from "./influxLine.ts";

/** The history of one field of a measurement. */
export interface MetricSeries extends MetricName {
  /** Numbers, and 0 or 1 for booleans, oldest first. */
  readonly values: readonly number[];
  /** When each value arrived, in milliseconds since the epoch. */
  readonly times: readonly number[];
  /** The last value of a field that has texts. */
  readonly text: string | undefined;
}

/** The metrics of runs, with a bounded history. */
export interface MetricsStore {
  /** Adds a line that a run has sent. `at` is in milliseconds since the epoch, `peer` the sender's IP address. */
  readonly add: (run: string, line: MetricsLine, at: number, peer: string) => void;
  /** The runs that have sent metrics, the newest last. */
  readonly runs: () => readonly string[];
  /** The series of a run, sorted by measurement, tags and field. */
  readonly series: (run: string) => readonly MetricSeries[];
  /** The address from which a run sends, which also has the monitoring port. */
  readonly peer: (run: string) => string | undefined;
  /** Forgets what a run has sent, before it starts again. */
  readonly clear: (run: string) => void;
  /** Calls the listener after each change, with the run. */
  readonly onDidChange: (listener: (run: string) => void) => { readonly dispose: () => void };
}

export interface MetricsLimits {
  readonly maxRuns?: number;
  readonly maxSeries?: number;
  readonly maxValues?: number;
}

interface Run {
  readonly series: Map<string, MutableSeries>;
  peer: string;
}

type MutableSeries = Omit<MetricSeries, "values" | "times" | "text"> & {
  readonly values: number[];
  readonly times: number[];
  text: string | undefined;
};

/** The tag that mirage-monitoring adds to each line: the name of the unikernel. */
const nameTag = "vm";

/** A field whose names are longer in all is ignored, because they are sent to the panel with each change. */
const maxKey = 1000;

/** Creates a store for at most 20 runs with 500 series of 360 values each, an hour at the rate of mirage-monitoring. */
export function createMetricsStore({
  maxRuns = 20,
  maxSeries = 500,
  maxValues = 360,
}: MetricsLimits = {}): MetricsStore {
  const runs = new Map<string, Run>();
  const listeners = new Set<(run: string) => void>();
  const runOf = (id: string, peer: string): Run => {
    const known = runs.get(id);
    if (known) return known;
    const [oldest] = runs.keys();
    if (runs.size >= maxRuns && oldest !== undefined) runs.delete(oldest);
    const added: Run = { series: new Map(), peer };
    runs.set(id, added);
    return added;
  };
  const notify = (run: string) => listeners.forEach((listener) => listener(run));
  return {
    add: (id, { measurement, tags: allTags, fields }, at, peer) => {
      const run = runOf(id, peer);
      run.peer = peer;
      const tags = allTags
        .filter(([name]) => name !== nameTag)
        .map(([name, value]) => `${name}=${value}`)
        .join(",");
      for (const [field, value] of fields) {
        const key = metricKey({ measurement, tags, field });
        let series = run.series.get(key);
        if (!series) {
          if (run.series.size >= maxSeries || key.length > maxKey) continue;
          series = { measurement, tags, field, values: [], times: [], text: undefined };
          run.series.set(key, series);
        }
        if (typeof value === "string") {
          series.text = value;
          continue;
        }
        series.values.push(Number(value));
        series.times.push(at);
        if (series.values.length > maxValues) {
          series.values.shift();
          series.times.shift();
        }
      }
      notify(id);
    },
    runs: () => [...runs.keys()],
    series: (id) =>
      [...(runs.get(id)?.series ?? [])].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, series]) => series),
    peer: (id) => runs.get(id)?.peer,
    clear: (id) => {
      if (runs.delete(id)) notify(id);
    },
    onDidChange: (listener) => {
      listeners.add(listener);
      return { dispose: () => listeners.delete(listener) };
    },
  };
}
