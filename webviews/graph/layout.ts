import { number, object, text } from "../kit/shape.ts";
import { isPlacement, type Placement } from "./request.ts";
import { t } from "../../extension/platform/l10n.ts";

/** What came of a layout. */
export type Layout =
  | { readonly kind: "placed"; readonly placement: Placement }
  /** A newer one was wanted before this one was ready. */
  | { readonly kind: "outdated" }
  /** It took longer than anyone waits. */
  | { readonly kind: "late" }
  | { readonly kind: "failed"; readonly reason: string };

/** A graph for Graphviz, see `requestOf`, and how many nodes and edges it has. */
export interface Wanted {
  readonly dot: string;
  readonly nodes: number;
  readonly edges: number;
}

export interface Layouts {
  /** Positions for a graph; never rejects. The last call wins: those before it are outdated. */
  readonly layout: (task: Wanted) => Promise<Layout>;
}

interface Task {
  readonly id: number;
  readonly settle: (layout: Layout) => void;
  timer: number;
}

const isDone = object({ id: number, placement: isPlacement });
const isFailed = object({ id: number, error: text });
const limitMs = 20_000;
/** Graphs that are drawn again at once: one goes to and fro between them. */
const remembered = 12;

/**
 * Layouts by a worker, whose script is at the address given and is loaded with the first layout. A
 * webview may start workers from blobs only.
 * https://code.visualstudio.com/api/extension-guides/webview#using-web-workers
 */
export function createLayouts(address: string): Layouts {
  let worker: Promise<Worker> | undefined;
  let task: Task | undefined;
  let count = 0;
  const known = new Map<string, Placement>();

  const remember = (dot: string, placement: Placement): void => {
    const [oldest] = known.keys();
    if (known.size >= remembered && oldest !== undefined) known.delete(oldest);
    known.set(dot, placement);
  };

  const begin = async (): Promise<Worker> => {
    const answer = await fetch(address);
    if (!answer.ok) throw new Error(t("The layout could not be loaded ({0}).", answer.status));
    const blob = URL.createObjectURL(new Blob([await answer.text()], { type: "text/javascript" }));
    const made = new Worker(blob);
    made.addEventListener("message", (event: MessageEvent<unknown>) => hear(event.data));
    made.addEventListener("error", (event) => {
      stop({ kind: "failed", reason: event.message });
    });
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

  /** Ends what runs: a layout cannot be interrupted otherwise. */
  const stop = (layout: Layout): void => {
    const ending = worker;
    worker = undefined;
    ending?.then(
      (made) => made.terminate(),
      () => {},
    );
    settle(layout);
  };

  return {
    layout: (wanted) => {
      if (task) stop({ kind: "outdated" });
      const before = known.get(wanted.dot);
      if (before) return Promise.resolve({ kind: "placed", placement: before });
      const id = (count += 1);
      return new Promise((resolve) => {
        const settled = (layout: Layout): void => {
          if (layout.kind === "placed") remember(wanted.dot, layout.placement);
          resolve(layout);
        };
        const mine: Task = { id, settle: settled, timer: 0 };
        task = mine;
        worker ??= begin();
        worker.then(
          (made) => {
            if (task !== mine) return;
            mine.timer = window.setTimeout(() => stop({ kind: "late" }), limitMs);
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
