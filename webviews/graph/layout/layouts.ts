import {
  createLayoutWorker,
  type LayoutResult,
  type LayoutRequest,
  type WorkerParts,
} from "./layoutWorker.ts";
import type { Placement } from "./graphvizRequest.ts";
import { t } from "../../../extension/protocol/l10n.ts";

export interface Layouts {
  /** Computes the positions of a graph; never rejects. A newer call makes earlier ones outdated. */
  readonly layout: (task: LayoutRequest, limitMs: number) => Promise<LayoutResult>;
  /** Cancels the pending layout. */
  readonly cancel: () => void;
}

/** Number of cached layouts: users switch back and forth between targets and between parts of a graph. */
const cacheSize = 40;

/**
 * Computes layouts in a worker. Its script is at `address`; this and the code of Graphviz, which `loadCode`
 * requests, are loaded with the first layout. A webview may start workers from blobs only.
 * https://code.visualstudio.com/api/extension-guides/webview#using-web-workers
 */
export function createLayouts(address: string, loadCode: () => Promise<Uint8Array<ArrayBuffer>>): Layouts {
  let parts: Promise<WorkerParts> | undefined;
  const load = (): Promise<WorkerParts> =>
    (parts ??= Promise.all([scriptFrom(address), loadCode()])
      .then(([script, code]) => ({ script, code }))
      .catch((error: unknown) => {
        parts = undefined;
        throw error;
      }));
  const worker = createLayoutWorker(load);
  /** Keyed by their request; the least recently used one first. */
  const cached = new Map<string, Placement>();

  return {
    layout: async (request, limitMs) => {
      worker.stop({ kind: "outdated" });
      const placement = cached.get(request.dot);
      if (placement) {
        cached.delete(request.dot);
        cached.set(request.dot, placement);
        return { kind: "placed", placement };
      }
      const layout = await worker.run(request, limitMs);
      if (layout.kind !== "placed") return layout;
      const [oldest] = cached.keys();
      if (cached.size >= cacheSize && oldest !== undefined) cached.delete(oldest);
      cached.set(request.dot, layout.placement);
      return layout;
    },
    cancel: () => worker.stop({ kind: "cancelled" }),
  };
}

async function scriptFrom(address: string): Promise<string> {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(t("Could not load Graphviz (HTTP status {0}).", answer.status));
  return URL.createObjectURL(new Blob([await answer.text()], { type: "text/javascript" }));
}
