/** Messages that make a page show something, for the tests of several pages. */
import type { DoctorView } from "../../extension/protocol/doctor.ts";
import type { ImageView } from "../../extension/protocol/image.ts";
import type { MetricsView } from "../../extension/protocol/metrics.ts";

const showing = <View>(view: View) => ({ envelope: "notification", body: { kind: "show", view } });

/** Makes the page of an image show it. */
export const showingImage = (view: ImageView) => showing(view);

/** Makes the page of metrics show them. */
export const showingMetrics = (view: MetricsView) => showing(view);

/** The metrics of a unikernel; the chart is that of the field at `selected`. `name` makes their names from numbers. */
export function testMetrics(
  selected = 0,
  name: (index: number) => string = (index) => `field ${index}`,
): MetricsView {
  const at = Date.parse("2026-01-01T12:00:00Z");
  const values = [15_000, 12_000, 13_388, 14_000];
  const rows = [0, 1, 2].map((index) => ({
    key: `gc${index}`,
    measurement: name(10),
    field: name(index),
    last: "14,000",
    lowest: "12,000",
    highest: "15,000",
    history: "█▁▄▅",
  }));
  const points = values.map((value, index) => ({ at: at + index * 10_000, value: value + selected }));
  const chart = {
    key: `gc${selected}`,
    name: name(selected),
    segments: [points.slice(0, 2), points.slice(2)],
    text: undefined,
  };
  return { title: name(11), rows, chart };
}

/** Makes the page of Check Setup show a report that has a line with each status. */
export function showingReport(texts: {
  readonly subject: string;
  readonly titleOf: (line: number) => string;
  readonly detail: string;
  readonly fix: { readonly title: string; readonly commandLine: string };
}) {
  const lines = (["ready", "limited", "old", "unknown", "missing"] as const).map((status, i) => ({
    section: (["environment", "tools", "targets", "environment", "tools"] as const)[i] ?? "tools",
    id: `n${i}`,
    title: texts.titleOf(i),
    status,
    detail: texts.detail,
    essential: i > 2,
    needed: i < 3,
    fix: texts.fix,
  }));
  const view: DoctorView = { kind: "report", subject: texts.subject, lines };
  return showing(view);
}
