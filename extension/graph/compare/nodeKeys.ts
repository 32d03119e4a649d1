import { edgesOf, nodesById } from "../edges.ts";
import { labelOf } from "./nodeLabel.ts";
import { matchNodes } from "./matchNodes.ts";
import type { FunctorGraph, GraphNode } from "../model.ts";

/** Keys of nodes by id. Unlike ids, keys are stable between runs. */
export type NodeKeys = ReadonlyMap<number, string>;

/**
 * Derives keys from the graph alone, so that two runs on the same config.ml agree although their ids
 * differ. The key is the module path if only one node has it, otherwise the path and a hash of the edge
 * over which the node is first reached. The time is linear in the graph's size.
 */
export function keysOf(graph: FunctorGraph): NodeKeys {
  const byId = nodesById(graph);
  const counts = new Map<string, number>();
  for (const node of graph.nodes) counts.set(labelOf(node), (counts.get(labelOf(node)) ?? 0) + 1);
  const keys = new Map<number, string>();
  const taken = new Set<string>();
  for (const { node, reachedBy } of breadthFirst(graph, byId, keys)) {
    const label = labelOf(node);
    const key = unusedKey(counts.get(label) === 1 ? label : `${label} @${hash(reachedBy)}`, taken);
    taken.add(key);
    keys.set(node.id, key);
  }
  return keys;
}

/** Every node once, breadth first from the root, then from nodes that the root does not reach. */
function* breadthFirst(graph: FunctorGraph, byId: ReadonlyMap<number, GraphNode>, keys: NodeKeys) {
  const seen = new Set<number>();
  const root = graph.root === undefined ? [] : [graph.root];
  for (const [index, start] of [...root, ...graph.nodes.map(({ id }) => id)].entries()) {
    const queue = [{ id: start, reachedBy: `start ${index}` }];
    for (let i = 0; i < queue.length; i++) {
      const { id, reachedBy } = queue[i] ?? { id: Number.NaN, reachedBy: "" };
      const node = byId.get(id);
      if (!node || seen.has(id)) continue;
      seen.add(id);
      yield { node, reachedBy };
      // Counted per label, so that a new argument of another module before it changes nothing.
      const order = new Map<string, number>();
      for (const { kind, to } of edgesOf(node)) {
        const target = byId.get(to);
        if (!target) continue;
        const label = labelOf(target);
        const nth = order.get(label) ?? 0;
        order.set(label, nth + 1);
        queue.push({ id: to, reachedBy: `${keys.get(id) ?? ""} ${kind} ${nth}` });
      }
    }
  }
}

/**
 * Keys of the next graph of a panel: nodes that are still there keep their keys, even if their
 * surroundings changed.
 */
export function carryKeys(
  graph: FunctorGraph,
  previous: { readonly graph: FunctorGraph; readonly keys: NodeKeys },
): NodeKeys {
  const { toBefore } = matchNodes(previous.graph, graph);
  const keys = new Map<number, string>();
  const taken = new Set(previous.keys.values());
  for (const [id, fresh] of keysOf(graph)) {
    const before = toBefore.get(id);
    const previousKey = before === undefined ? undefined : previous.keys.get(before);
    const key = previousKey ?? unusedKey(fresh, taken);
    taken.add(key);
    keys.set(id, key);
  }
  return keys;
}

/** `key`, with a number appended if it is taken. */
export function unusedKey(key: string, taken: ReadonlySet<string>): string {
  if (!taken.has(key)) return key;
  let count = 2;
  while (taken.has(`${key} (${count})`)) count++;
  return `${key} (${count})`;
}

/** A 64-bit hash, FNV-1a in two lanes of 32 bits. */
function hash(text: string): string {
  let [a, b] = [0x811c9dc5, 0x9e3779b9];
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    a = Math.imul(a ^ code, 0x01000193);
    b = Math.imul(b ^ (code + i), 0x85ebca6b);
  }
  return (a >>> 0).toString(36) + (b >>> 0).toString(36);
}
