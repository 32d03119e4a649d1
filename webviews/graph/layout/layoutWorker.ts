import { number, object, string } from "../../../extension/protocol/validators.ts";
import { isPlacement, type Placement } from "./graphvizRequest.ts";

/** The result of a layout. */
export type LayoutResult =
  | { readonly kind: "placed"; readonly placement: Placement }
  /** A newer layout was requested before this one was ready. */
  | { readonly kind: "outdated" }
  /** The user cancelled it. */
  | { readonly kind: "cancelled" }
  /** It exceeded the time limit. */
  | { readonly kind: "late"; readonly seconds: number }
  | { readonly kind: "failed"; readonly reason: string };

/** A graph for Graphviz, see `graphvizRequest`, with the number of its nodes and edges. */
export interface LayoutRequest {
  readonly dot: string;
  readonly nodes: number;
  readonly edges: number;
}

/** A worker that computes one layout at a time. */
export interface LayoutWorker {
  /** Never rejects. Makes the previous request outdated. */
  readonly run: (request: LayoutRequest, limitMs: number) => Promise<LayoutResult>;
  /** Ends the running layout with this result by ending the worker, because Graphviz cannot be interrupted. */
  readonly stop: (layout: LayoutResult) => void;
}

/** What a worker is started with. */
export interface WorkerParts {
  /** URL of its script. */
  readonly script: string;
  /** The WebAssembly code of Graphviz. */
  readonly code: Uint8Array<ArrayBuffer>;
}

interface Task {
  readonly id: number;
  readonly settle: (layout: LayoutResult) => void;
  timer: number;
}

const isDone = object({ id: number, placement: isPlacement });
const isFailed = object({ id: number, error: string });

export function createLayoutWorker(load: () => Promise<WorkerParts>): LayoutWorker {
  let worker: Promise<Worker> | undefined;
  let task: Task | undefined;
  let count = 0;

  const start = async (): Promise<Worker> => {
    const { script, code } = await load();
    const made = new Worker(script);
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- This is a worker's function, not a window's.
    made.postMessage({ code });
    made.addEventListener("message", (event: MessageEvent<unknown>) => receive(event.data));
    made.addEventListener("error", (event) => stop({ kind: "failed", reason: event.message }));
    return made;
  };

  const receive = (data: unknown): void => {
    const { id } = task ?? {};
    if (isDone(data) && data.id === id) settle({ kind: "placed", placement: data.placement });
    else if (isFailed(data) && data.id === id) settle({ kind: "failed", reason: data.error });
  };

  const settle = (layout: LayoutResult): void => {
    const done = task;
    task = undefined;
    if (done) window.clearTimeout(done.timer);
    done?.settle(layout);
  };

  const close = (): void => {
    const ending = worker;
    worker = undefined;
    ending?.then(
      (made) => made.terminate(),
      () => {},
    );
  };

  const stop = (layout: LayoutResult): void => {
    if (!task) return;
    close();
    settle(layout);
  };

  return {
    stop,
    run: (request, limitMs) => {
      stop({ kind: "outdated" });
      const id = (count += 1);
      return new Promise((resolve) => {
        const mine: Task = { id, settle: resolve, timer: 0 };
        task = mine;
        worker ??= start();
        worker.then(
          (made) => {
            if (task !== mine) return;
            mine.timer = window.setTimeout(() => stop({ kind: "late", seconds: limitMs / 1000 }), limitMs);
            // oxlint-disable-next-line unicorn/require-post-message-target-origin -- This is a worker's function, not a window's.
            made.postMessage({ id, ...request });
          },
          (error: unknown) => {
            if (task !== mine) return;
            stop({ kind: "failed", reason: error instanceof Error ? error.message : String(error) });
          },
        );
      });
    },
  };
}
