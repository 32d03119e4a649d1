import "../kit/texts.ts";
import "./style.css";
import { openChannel } from "../../extension/protocol/channel.ts";
import { t } from "../../extension/protocol/l10n.ts";
import {
  isToMetricsPage,
  type FromMetricsPage,
  type MetricsView,
  type ToMetricsPage,
} from "../../extension/protocol/metrics.ts";
import { element } from "../kit/dom.ts";
import { connect } from "../kit/vscodeApi.ts";
import { createChart } from "./chart.ts";
import { createTable } from "./table.ts";

const channel = openChannel<FromMetricsPage, ToMetricsPage>(connect().port, {
  incoming: isToMetricsPage,
  handle: ({ view }) => show(view),
  onError: (reason) => console.warn(reason),
});

const title = element("h1");
const nothing = element(
  "p",
  { class: "nothing", hidden: "" },
  t(
    'No metrics have arrived yet. Set "metrics" in a launch configuration to receive them while the unikernel runs.',
  ),
);
const chart = createChart();
const table = createTable((key) => channel.notify({ kind: "select", key }));
const content = element("div", { hidden: "" }, chart.element, table.element);
document.querySelector("#view")?.append(title, nothing, content);

function show(view: MetricsView): void {
  title.textContent = view.title;
  nothing.hidden = view.rows.length > 0;
  content.hidden = view.rows.length === 0;
  table.show(view.rows, view.chart?.key);
  if (view.chart) chart.show(view.chart);
}

channel.notify({ kind: "loaded" });
