import { absent, array, literal, number, object, string, union, type Validated } from "./validators.ts";

/** The line of the table about one metric. The texts are those to show; `history` is a sparkline. */
const isMetricRow = object({
  key: string,
  measurement: string,
  field: string,
  last: string,
  lowest: string,
  highest: string,
  history: string,
});

/** A value, and when it arrived in milliseconds since the epoch. */
const isMetricPoint = object({ at: number, value: number });

const isMetricChart = object({
  key: string,
  name: string,
  /** Oldest first. The line is interrupted between two of them, where a value was not a finite number. */
  segments: array(array(isMetricPoint)),
  /** The last value of a metric that has texts; it has no segments. */
  text: union(string, absent),
});

const isMetricsView = object({
  title: string,
  rows: array(isMetricRow),
  /** The chart of the selected metric; absent if nothing has arrived yet. */
  chart: union(isMetricChart, absent),
});

export type MetricRowView = Validated<typeof isMetricRow>;
export type MetricPoint = Validated<typeof isMetricPoint>;
export type MetricChart = Validated<typeof isMetricChart>;
/** What the panel shows. */
export type MetricsView = Validated<typeof isMetricsView>;

/** Messages from the extension. */
export const isToMetricsPage = object({ kind: literal("show"), view: isMetricsView });
export type ToMetricsPage = Validated<typeof isToMetricsPage>;

/** Messages from the panel. */
export const isFromMetricsPage = union(
  /** The page has loaded and is waiting for a `show` message. */
  object({ kind: literal("loaded") }),
  /** The user selected a row. The response is a `show` message. */
  object({ kind: literal("select"), key: string }),
);
export type FromMetricsPage = Validated<typeof isFromMetricsPage>;
