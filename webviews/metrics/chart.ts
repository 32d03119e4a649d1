import { numberText } from "../../extension/protocol/metricText.ts";
import type { MetricChart, MetricPoint } from "../../extension/protocol/metrics.ts";
import { t } from "../../extension/protocol/l10n.ts";
import { element, svgElement } from "../kit/dom.ts";
import { timeTicks, valueScale } from "./scale.ts";

const margin = { top: 10, right: 16, bottom: 24, left: 80 };
/** Points that Page Up and Page Down move by. */
const page = 10;

const timeText = (at: number): string => new Date(at).toLocaleTimeString();

/** The chart of one metric. Pointer and arrow keys read the values; without them, the last one is read. */
export interface Chart {
  readonly element: HTMLElement;
  readonly show: (chart: MetricChart) => void;
}

export function createChart(): Chart {
  const heading = element("h2");
  const reading = element("p", { class: "reading" });
  const drawing = svgElement("svg", { "aria-hidden": "true", focusable: "false" });
  // Screen readers read the value of a slider as it is moved.
  const plot = element("div", { class: "plot", role: "slider", tabindex: "0" }, drawing);
  const whole = element("section", { class: "chart" }, heading, reading, plot);

  let shown: MetricChart | undefined;
  let points: readonly MetricPoint[] = [];
  /** When the value arrived that is read; undefined for the last one, also when later ones arrive. */
  let readAt: number | undefined;
  let xOf: (at: number) => number = () => 0;

  const readIndex = (): number => {
    const at = readAt;
    const index = at === undefined ? -1 : points.findIndex((point) => point.at >= at);
    return index < 0 ? points.length - 1 : index;
  };

  const draw = () => {
    if (!shown) return;
    const values = points.map(({ value }) => value);
    const [first, last] = [points[0], points.at(-1)];
    const read = points[readIndex()];
    plot.hidden = !first;
    if (!first || !last || !read) {
      reading.textContent = shown.text ?? t("It has no numeric value yet.");
      return;
    }
    const [width, height] = [Math.max(200, plot.clientWidth), Math.max(80, plot.clientHeight)];
    const scale = valueScale(Math.min(...values), Math.max(...values), Math.round(height / 50));
    const [right, bottom] = [width - margin.right, height - margin.bottom];
    const span = last.at - first.at;
    xOf = (at) => (span === 0 ? right : margin.left + ((at - first.at) / span) * (right - margin.left));
    const yOf = (value: number) =>
      bottom - ((value - scale.low) / (scale.high - scale.low)) * (bottom - margin.top);
    const at = (point: MetricPoint) => `${xOf(point.at).toFixed(1)} ${yOf(point.value).toFixed(1)}`;
    const label = (x: number, y: number, anchor: string, text: string) =>
      svgElement("text", { x: String(x), y: String(y), "text-anchor": anchor }, text);
    const line = (name: string, x1: number, y1: number, x2: number, y2: number) =>
      svgElement("path", { class: name, d: `M${x1} ${y1}L${x2} ${y2}` });
    drawing.setAttribute("width", String(width));
    drawing.setAttribute("height", String(height));
    drawing.replaceChildren(
      ...scale.ticks.flatMap((tick) => [
        line("grid", margin.left, yOf(tick), right, yOf(tick)),
        label(margin.left - 8, yOf(tick) + 4, "end", numberText(tick)),
      ]),
      ...timeTicks(first.at, last.at, Math.floor(width / 130)).flatMap((tick) => [
        line("grid", xOf(tick), bottom, xOf(tick), bottom + 4),
        label(Math.min(xOf(tick), width - 36), height - 6, "middle", timeText(tick)),
      ]),
      svgElement("path", {
        class: "line",
        d: shown.segments
          // A line of one point has no length, but round ends.
          .map(
            (segment) => `M${(segment.length === 1 ? [...segment, ...segment] : segment).map(at).join("L")}`,
          )
          .join(""),
      }),
      line("cursor", xOf(read.at), margin.top, xOf(read.at), bottom),
      svgElement("circle", {
        class: "point",
        cx: xOf(read.at).toFixed(1),
        cy: yOf(read.value).toFixed(1),
        r: "4",
      }),
    );
    const text = t("{0} at {1}", numberText(read.value), timeText(read.at));
    reading.textContent = text;
    for (const [name, value] of [
      ["aria-label", shown.name],
      ["aria-valuemin", "1"],
      ["aria-valuemax", String(points.length)],
      ["aria-valuenow", String(readIndex() + 1)],
      ["aria-valuetext", text],
    ] as const)
      plot.setAttribute(name, value);
  };

  const read = (index: number) => {
    // The last value is followed.
    readAt = index >= points.length - 1 ? undefined : points[Math.max(0, index)]?.at;
    draw();
  };
  plot.addEventListener("pointermove", (event) => {
    const x = event.clientX - plot.getBoundingClientRect().left;
    const distances = points.map((point) => Math.abs(xOf(point.at) - x));
    read(distances.indexOf(Math.min(...distances)));
  });
  plot.addEventListener("pointerleave", () => read(points.length));
  plot.addEventListener("keydown", (event) => {
    const steps: Readonly<Record<string, number>> = {
      ArrowLeft: -1,
      ArrowDown: -1,
      ArrowRight: 1,
      ArrowUp: 1,
      PageDown: -page,
      PageUp: page,
      Home: -Infinity,
      End: Infinity,
    };
    const step = steps[event.key];
    if (step === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    read(readIndex() + step);
  });
  new ResizeObserver(draw).observe(plot);

  return {
    element: whole,
    show: (chart) => {
      if (chart.key !== shown?.key) readAt = undefined;
      shown = chart;
      points = chart.segments.flat();
      heading.textContent = chart.name;
      draw();
    },
  };
}
