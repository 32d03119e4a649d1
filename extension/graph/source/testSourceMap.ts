import assert from "node:assert/strict";
import type { FunctorGraph } from "../model.ts";
import { nodeAt, readSourceMap } from "./sourceMap.ts";
import { device } from "../testGraphs.ts";

/** The DOT lines of a root that starts the nodes `to`. */
export const root = (id: number, ...to: number[]) => [
  device(id, "Mirage_runtime", "target"),
  ...to.map((each) => `${id} -> ${each} [style="dashed"];`),
];

/** The labels of the source locations of the first node of each module, by module path. */
export function labels(graph: FunctorGraph, config: string): Readonly<Record<string, readonly string[]>> {
  const sourceMap = readSourceMap(graph, config);
  return Object.fromEntries(
    graph.nodes
      .filter(({ kind }) => kind !== "service")
      .toReversed()
      .map(({ id, path, kind }) => [
        kind === "if" ? "If" : path,
        sourceMap.locationsOf(id).map(({ label }) => label),
      ]),
  );
}

/** The module paths of the nodes at the position marked with `^` in a config.ml. */
export function marked(graph: FunctorGraph, config: string): readonly string[] {
  const offset = config.indexOf("^");
  assert.ok(offset >= 0);
  return nodeAt(graph, config.replace("^", ""), offset).map(
    (id) => graph.nodes.find((node) => node.id === id)?.path ?? "?",
  );
}
