import { sparkline } from "../platform/sparkline.ts";
import { t } from "../protocol/l10n.ts";
import { metricKey, metricText, numberText, type MetricName } from "../protocol/metricText.ts";
import type { RunDetail } from "./runRow.ts";

/** The history of one number that a unikernel has sent, oldest value first. */
export interface RunMetric extends MetricName {
  readonly values: readonly number[];
}

/** A unikernel with mirage-monitoring sends some thirty numbers. */
const maxRows = 6;

/**
 * Describes those metrics of a unikernel that say most as rows with their history: numbers that rise and fall, then
 * counters, then those that have not changed. They keep the order of the argument, so that a row does not move while
 * values change. The last row opens all of them if there are more.
 */
export function metricRows(metrics: readonly RunMetric[]): readonly RunDetail[] {
  const numbers = metrics.filter(({ values }) => values.some(Number.isFinite));
  const ranked = numbers
    .map((metric) => ({ metric, rank: rankOf(metric.values) }))
    .toSorted((a, b) => a.rank - b.rank);
  const chosen = new Set(ranked.slice(0, maxRows).map(({ metric }) => metric));
  const rows = numbers.filter((metric) => chosen.has(metric)).map(rowOf);
  if (metrics.length <= rows.length) return rows;
  return [
    ...rows,
    {
      kind: "metric",
      label: t("All {0} metrics", metrics.length),
      description: "",
      tooltip: t("Select to show all metrics with their history."),
    },
  ];
}

function rowOf(metric: RunMetric): RunDetail {
  const { values } = metric;
  const finite = values.filter(Number.isFinite);
  const range = t("{0} – {1}", numberText(Math.min(...finite)), numberText(Math.max(...finite)));
  const name = metricText(metric);
  const last = numberText(values.at(-1) ?? Number.NaN);
  return {
    kind: "metric",
    label: name,
    description: values.length === 1 ? last : `${sparkline(values)} ${last}`,
    tooltip: [name, range, t("Select to show its chart and all metrics.")].join("\n"),
    metric: metricKey(metric),
  };
}

/** 0 for values that rise and fall, 1 for a counter, 2 for a value that stays, 3 for one that stays 0. */
function rankOf(values: readonly number[]): number {
  const steps = values.slice(1).map((value, index) => Math.sign(value - (values[index] ?? value)));
  const [rises, falls] = [steps.includes(1), steps.includes(-1)];
  if (rises && falls) return 0;
  if (rises || falls) return 1;
  return values.at(-1) === 0 ? 3 : 2;
}
