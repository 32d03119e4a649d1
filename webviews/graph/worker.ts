/** The worker that runs Graphviz in WebAssembly, so that a large layout does not block the page. */
import { Graphviz } from "@hpcc-js/wasm-graphviz";
import { object, number, string } from "../../extension/protocol/validators.ts";
import { placementOf } from "./layout/graphvizRequest.ts";

const isTask = object({ id: number, dot: string, nodes: number, edges: number });

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
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- This is a worker's function, not a window's.
    .then((answer) => self.postMessage(answer), console.error);
});
