import { sparkline } from "../../platform/sparkline.ts";
import { measurementText, metricKey, metricText, numberText, shortLine } from "../../protocol/metricText.ts";
import type { MetricChart, MetricPoint, MetricRowView, MetricsView } from "../../protocol/metrics.ts";
import type { MetricSeries } from "./metricsStore.ts";

/** The metrics of a run as a table, with the chart of one of them: the selected one, or the first that has numbers. */
export function metricsView(
  title: string,
  series: readonly MetricSeries[],
  selected: string | undefined,
): MetricsView {
  const chosen =
    series.find((each) => metricKey(each) === selected) ??
    series.find(({ values }) => values.some(Number.isFinite)) ??
    series[0];
  return { title, rows: series.map(rowOf), chart: chosen && chartOf(chosen) };
}

function rowOf(series: MetricSeries): MetricRowView {
  const { field, values, text } = series;
  const finite = values.filter(Number.isFinite);
  const numbers =
    text === undefined && finite.length > 0
      ? { lowest: numberText(Math.min(...finite)), highest: numberText(Math.max(...finite)) }
      : { lowest: "", highest: "" };
  const last = values.at(-1);
  return {
    key: metricKey(series),
    measurement: measurementText(series),
    field: shortLine(field),
    last: text === undefined ? (last === undefined ? "" : numberText(last)) : shortLine(text),
    ...numbers,
    history: sparkline(values, 30),
  };
}

function chartOf(series: MetricSeries): MetricChart {
  const { values, times, text } = series;
  const segments: MetricPoint[][] = [[]];
  values.forEach((value, index) => {
    const at = times[index];
    if (Number.isFinite(value) && at !== undefined) segments.at(-1)?.push({ at, value });
    else segments.push([]);
  });
  return {
    key: metricKey(series),
    name: metricText(series),
    segments: text === undefined ? segments.filter(({ length }) => length > 0) : [],
    text: text === undefined ? undefined : shortLine(text),
  };
}
