/** Runs beside the page: Graphviz in WebAssembly, so that a large layout never stops the page. */
import { Graphviz } from "@hpcc-js/wasm-graphviz";
import { object, number, text } from "../kit/shape.ts";
import { placementOf } from "./request.ts";

const isTask = object({ id: number, dot: text, nodes: number, edges: number });

const loading = Graphviz.load();

self.addEventListener("message", (event: MessageEvent<unknown>) => {
  const task = event.data;
  if (!isTask(task)) return;
  loading
    .then((graphviz) => {
      const json = graphviz.layout(task.dot, "json", "dot");
      return { id: task.id, placement: placementOf(json, task.nodes, task.edges) };
    })
    .catch((error: unknown) => {
      return { id: task.id, error: error instanceof Error ? error.message : String(error) };
    })
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker's, not a window's.
    .then((answer) => self.postMessage(answer), console.error);
});
