import assert from "node:assert/strict";
import type { FunctorGraph } from "./model.ts";
import { nodeAt, readPlaces } from "./places.ts";
import { device } from "./testGraphs.ts";

/** The line of the root, that starts the nodes `to`. */
export const root = (id: number, ...to: number[]) => [
  device(id, "Mirage_runtime", "target"),
  ...to.map((each) => `${id} -> ${each} [style="dashed"];`),
];

/** The labels of the places of the first node of each module, by its path. */
export function labels(graph: FunctorGraph, config: string): Readonly<Record<string, readonly string[]>> {
  const places = readPlaces(graph, config);
  return Object.fromEntries(
    graph.nodes
      .filter(({ kind }) => kind !== "service")
      .toReversed()
      .map(({ id, path, kind }) => [kind === "if" ? "If" : path, places.of(id).map(({ label }) => label)]),
  );
}

/** The module paths of the nodes that the marked place (`^` before it) of a config.ml stands for. */
export function marked(graph: FunctorGraph, config: string): readonly string[] {
  const offset = config.indexOf("^");
  assert.ok(offset >= 0);
  return nodeAt(graph, config.replace("^", ""), offset).map(
    (id) => graph.nodes.find((node) => node.id === id)?.path ?? "?",
  );
}
