import * as vscode from "vscode";
import { fillWebview, readPageCode } from "../../platform/vscode/webview.ts";
import { t } from "../../protocol/l10n.ts";
import type { PageCode } from "../../protocol/page.ts";
import { isFromMetricsPage, type FromMetricsPage, type ToMetricsPage } from "../../protocol/metrics.ts";
import type { MetricsStore } from "../metrics/metricsStore.ts";
import { metricsView } from "../metrics/metricsView.ts";

/** The panels with the metrics of unikernels, one for each. */
export interface MetricsPanels extends vscode.Disposable {
  /** Opens or reveals the panel of a unikernel. `metric` is the key of the metric whose chart is shown. */
  readonly show: (unikernel: string, name: string, metric: string | undefined) => Promise<void>;
}

interface MetricsPanel {
  readonly panel: vscode.WebviewPanel;
  /** Shows the metrics as they are now. */
  readonly update: () => void;
  readonly select: (metric: string) => void;
}

/** A sender may send thousands of lines a second. */
const updateMs = 250;

export function createMetricsPanels(extensionUri: vscode.Uri, metrics: MetricsStore): MetricsPanels {
  const panels = new Map<string, MetricsPanel>();
  const changed = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  const updateChanged = () => {
    timer = undefined;
    for (const unikernel of changed) panels.get(unikernel)?.update();
    changed.clear();
  };
  const subscription = metrics.onDidChange((unikernel) => {
    if (!panels.has(unikernel)) return;
    changed.add(unikernel);
    timer ??= setTimeout(updateChanged, updateMs);
  });

  const open = (unikernel: string, name: string, code: PageCode): MetricsPanel => {
    const title = t("Metrics of {0}", name);
    const panel = vscode.window.createWebviewPanel("mirageos.metrics", title, vscode.ViewColumn.Active);
    const icon = (file: string) => vscode.Uri.joinPath(extensionUri, "media", file);
    panel.iconPath = { light: icon("mirageos-light.svg"), dark: icon("mirageos-dark.svg") };
    let selected: string | undefined;
    const update = () => {
      if (!panel.visible) return;
      const view = metricsView(title, metrics.series(unikernel), selected);
      // The chart stays that of the same metric if another one arrives that is sorted before it.
      if (view.chart?.text === undefined) selected ??= view.chart?.key;
      channel.notify({ kind: "show", view });
    };
    const select = (metric: string) => {
      selected = metric;
      update();
    };
    const channel = fillWebview<ToMetricsPage, FromMetricsPage>(panel.webview, extensionUri, {
      name: "metrics",
      title,
      code,
      incoming: isFromMetricsPage,
      handle: (message) => (message.kind === "select" ? select(message.key) : update()),
    });
    panel.onDidDispose(() => {
      panels.delete(unikernel);
      channel.dispose();
    });
    const opened = { panel, update, select };
    panels.set(unikernel, opened);
    return opened;
  };

  return {
    show: async (unikernel, name, metric) => {
      const code = await readPageCode(extensionUri, "metrics");
      const { panel, select } = panels.get(unikernel) ?? open(unikernel, name, code);
      panel.reveal();
      if (metric !== undefined) select(metric);
    },
    dispose: () => {
      clearTimeout(timer);
      subscription.dispose();
      for (const { panel } of panels.values()) panel.dispose();
    },
  };
}
