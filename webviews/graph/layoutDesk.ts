import { number, object, text } from "../kit/shape.ts";
import { isPlacement, type Placement } from "./request.ts";

/** What came of a layout. */
export type Layout =
  | { readonly kind: "placed"; readonly placement: Placement }
  /** A newer one was wanted before this one was ready. */
  | { readonly kind: "outdated" }
  /** The user did not want to wait any longer. */
  | { readonly kind: "cancelled" }
  /** It took longer than anyone waits. */
  | { readonly kind: "late"; readonly seconds: number }
  | { readonly kind: "failed"; readonly reason: string };

/** A graph for Graphviz, see `requestOf`, and how many nodes and edges it has. */
export interface Wanted {
  readonly dot: string;
  readonly nodes: number;
  readonly edges: number;
}

/** One worker, which makes one layout at a time. */
export interface Desk {
  /** Never rejects. What was asked before is outdated. */
  readonly run: (wanted: Wanted, limitMs: number) => Promise<Layout>;
  /** Ends what runs, with this outcome, and the worker with it: a layout cannot be interrupted otherwise. */
  readonly stop: (layout: Layout) => void;
  /** Gives back what an idle worker holds; the next layout starts another. */
  readonly close: () => void;
}

interface Task {
  readonly id: number;
  readonly settle: (layout: Layout) => void;
  timer: number;
}

const isDone = object({ id: number, placement: isPlacement });
const isFailed = object({ id: number, error: text });

/** A desk whose worker runs the script that `load` gives the address of. */
export function createDesk(load: () => Promise<string>): Desk {
  let worker: Promise<Worker> | undefined;
  let task: Task | undefined;
  let count = 0;

  const begin = async (): Promise<Worker> => {
    const made = new Worker(await load());
    made.addEventListener("message", (event: MessageEvent<unknown>) => hear(event.data));
    made.addEventListener("error", (event) => stop({ kind: "failed", reason: event.message }));
    return made;
  };

  const hear = (data: unknown): void => {
    const { id } = task ?? {};
    if (isDone(data) && data.id === id) settle({ kind: "placed", placement: data.placement });
    else if (isFailed(data) && data.id === id) settle({ kind: "failed", reason: data.error });
  };

  const settle = (layout: Layout): void => {
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

  const stop = (layout: Layout): void => {
    if (!task) return;
    close();
    settle(layout);
  };

  return {
    stop,
    close: () => {
      if (!task) close();
    },
    run: (wanted, limitMs) => {
      stop({ kind: "outdated" });
      const id = (count += 1);
      return new Promise((resolve) => {
        const mine: Task = { id, settle: resolve, timer: 0 };
        task = mine;
        worker ??= begin();
        worker.then(
          (made) => {
            if (task !== mine) return;
            mine.timer = window.setTimeout(() => stop({ kind: "late", seconds: limitMs / 1000 }), limitMs);
            // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker's, not a window's.
            made.postMessage({ id, ...wanted });
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
