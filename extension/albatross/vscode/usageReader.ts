import * as vscode from "vscode";
import type { HostRow } from "../hostModel.ts";
import { usageOf, type Sample, type Usage } from "../usage.ts";
import { formatName, type HostName } from "../wire/names.ts";
import type { Hosts } from "./hosts.ts";

/** What the unikernels use whose rows are expanded. */
export interface UsageReader extends vscode.Disposable {
  readonly of: (host: string, name: string) => Usage | undefined;
  readonly onDidChange: vscode.Event<void>;
}

/**
 * Reads what a unikernel uses while its row is expanded and visible. albatross has one reader for each name, so statistics are
 * read only where someone looks, and not again after another reader has taken them.
 */
export function createUsageReader(hosts: Hosts, view: vscode.TreeView<HostRow>): UsageReader {
  const changed = new vscode.EventEmitter<void>();
  const expanded = new Map<string, { readonly host: string; readonly name: HostName }>();
  const reading = new Map<string, AbortController>();
  const usages = new Map<string, Usage>();
  const keyOf = (host: string, name: string) => `${host}\0${name}`;

  const read = async (key: string, host: string, name: HostName) => {
    const abort = new AbortController();
    reading.set(key, abort);
    let before: Sample | undefined;
    try {
      const client = await hosts.client(host);
      for await (const statistics of client.statistics(name, abort.signal)) {
        const sample = { at: Date.now(), statistics };
        usages.set(key, usageOf(sample, before));
        before = sample;
        changed.fire();
      }
    } catch {
      // The host's row shows why it does not answer, and not every host has statistics.
    } finally {
      if (reading.get(key) === abort) {
        reading.delete(key);
        usages.delete(key);
        if (!abort.signal.aborted) changed.fire();
      }
    }
  };
  const stop = (key: string) => {
    reading.get(key)?.abort();
    reading.delete(key);
    usages.delete(key);
  };
  const watch = () => {
    for (const [key, { host, name }] of expanded)
      if (!view.visible) stop(key);
      else if (!reading.has(key)) void read(key, host, name);
  };
  const subscriptions = [
    view.onDidExpandElement(({ element: { context, host, name } }) => {
      if (!name || !context.startsWith("unikernel")) return;
      expanded.set(keyOf(host, formatName(name)), { host, name });
      watch();
    }),
    view.onDidCollapseElement(({ element: { host, name } }) => {
      if (!name) return;
      const key = keyOf(host, formatName(name));
      expanded.delete(key);
      stop(key);
    }),
    view.onDidChangeVisibility(watch),
    changed,
  ];
  return {
    of: (host, name) => usages.get(keyOf(host, name)),
    onDidChange: changed.event,
    dispose: () => {
      for (const key of reading.keys()) stop(key);
      for (const each of subscriptions) each.dispose();
    },
  };
}
