/** The worker that runs Graphviz in WebAssembly, so that a large layout does not block the page. */
import { Graphviz } from "@hpcc-js/wasm-graphviz";
import { isBytes } from "../../extension/protocol/graph.ts";
import { object, number, string } from "../../extension/protocol/validators.ts";
import { placementOf } from "./layout/graphvizRequest.ts";

const isTask = object({ id: number, dot: string, nodes: number, edges: number });

const isCode = object({ code: isBytes });

let started: Promise<Graphviz> | undefined;

self.addEventListener("message", (event: MessageEvent<unknown>) => {
  const task = event.data;
  if (isCode(task)) {
    // The build makes Graphviz use this variable, see scripts/graphviz.ts.
    Object.assign(globalThis, { graphvizCode: task.code });
    started = Graphviz.load();
  }
  if (!isTask(task)) return;
  (started ?? Graphviz.load())
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
