import type { Disposable } from "vscode";
import { lazy } from "../../platform/lazy.ts";
import type { MetricSeries, MetricsStore } from "../metrics/metricsStore.ts";
import type { ReceiverContext } from "./receivers.ts";

/** The room of receivers. */
export interface ReceiversRoom extends Disposable {
  readonly table: Readonly<Record<string, (invokedOn: unknown) => unknown>>;
  readonly metrics: () => Promise<MetricsStore>;
  /** The metrics that a unikernel has sent, without loading any code. */
  readonly seriesOf: (unikernel: string) => readonly MetricSeries[];
}

/** Returns the commands of receivers, and their metrics. Their code is loaded on first use. */
export function registerReceivers(context: ReceiverContext): ReceiversRoom {
  let metrics: MetricsStore | undefined;
  const receivers = lazy(async () => {
    const created = (await import("./receivers.ts")).createReceivers(context);
    ({ metrics } = created);
    return created;
  });
  return {
    table: {
      "mirageos.receiveSyslog": async () => (await receivers.get()).receiveSyslog(),
      "mirageos.showMetrics": async (on) => (await receivers.get()).showMetrics(on),
      "mirageos.setLogLevel": async (on) => (await receivers.get()).setLogLevel(on),
    },
    metrics: async () => (await receivers.get()).metrics,
    seriesOf: (unikernel) => metrics?.series(unikernel) ?? [],
    dispose: receivers.dispose,
  };
}
