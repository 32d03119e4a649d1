import { t } from "../../protocol/l10n.ts";
import { singleLine } from "../../protocol/visibleText.ts";
import type { MetricSeries } from "./metricsStore.ts";
import { sparkline } from "../../platform/sparkline.ts";

const maxCell = 80;

/** The metrics of a run as a table of text: a line for each field with its last, lowest and highest value. */
export function metricsText(title: string, series: readonly MetricSeries[]): string {
  if (series.length === 0)
    return `${title}\n\n${t('No metrics have arrived yet. Set "metrics" in a launch configuration to receive them while the unikernel runs.')}\n`;
  const rows = series.map(({ measurement, tags, field, values, text }) => [
    cellText(tags === "" ? measurement : `${measurement} (${tags})`),
    cellText(field),
    text === undefined ? formatNumber(values.at(-1)) : cellText(text),
    text === undefined ? formatNumber(extreme(values, Math.min)) : "",
    text === undefined ? formatNumber(extreme(values, Math.max)) : "",
    sparkline(values, 30),
  ]);
  const table = [[t("Measurement"), t("Field"), t("Last"), t("Lowest"), t("Highest"), t("History")], ...rows];
  const widths =
    table[0]?.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0))) ?? [];
  const isNumber = (column: number) => column >= 2 && column <= 4;
  const lines = table.map((row) =>
    row
      .map((cell, column) =>
        isNumber(column) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
      )
      .join("  ")
      .trimEnd(),
  );
  return `${title}\n\n${lines.join("\n")}\n`;
}

/** A text of a sender on one line that is not too long: all rows are as wide as the longest. */
function cellText(text: string): string {
  const short = text.length > maxCell ? `${text.slice(0, maxCell)}…` : text;
  return singleLine(short);
}

function extreme(values: readonly number[], choose: (...values: number[]) => number): number | undefined {
  const finite = values.filter(Number.isFinite);
  return finite.length === 0 ? undefined : choose(...finite);
}

function formatNumber(value: number | undefined): string {
  if (value === undefined) return "";
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(6)));
}
