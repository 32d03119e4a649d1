import { edgesOf, nodesById } from "./edges.ts";
import { labelOf } from "./label.ts";
import { matchGraphs } from "./match.ts";
import type { FunctorGraph, GraphNode } from "./model.ts";

/** A name for each node that outlives the run: from id to key. */
export type NodeKeys = ReadonlyMap<number, string>;

/**
 * Keys made from the graph alone, so that two runs on the same config.ml agree though their ids
 * differ: the module path where only one node has it, else the path and a hash of the way by which
 * the node is reached from the nearest node that is alone of its kind. Linear in the graph's size.
 */
export function keysOf(graph: FunctorGraph): NodeKeys {
  const byId = nodesById(graph);
  const counts = new Map<string, number>();
  for (const node of graph.nodes) counts.set(labelOf(node), (counts.get(labelOf(node)) ?? 0) + 1);
  const keys = new Map<number, string>();
  const taken = new Set<string>();
  for (const { node, way } of ways(graph, byId, keys)) {
    const label = labelOf(node);
    const key = unused(counts.get(label) === 1 ? label : `${label} @${hash(way)}`, taken);
    taken.add(key);
    keys.set(node.id, key);
  }
  return keys;
}

/** Every node once, breadth first from the root, then from what the root does not reach. */
function* ways(graph: FunctorGraph, byId: ReadonlyMap<number, GraphNode>, keys: NodeKeys) {
  const seen = new Set<number>();
  const root = graph.root === undefined ? [] : [graph.root];
  for (const [index, start] of [...root, ...graph.nodes.map(({ id }) => id)].entries()) {
    const queue = [{ id: start, way: `start ${index}` }];
    for (let i = 0; i < queue.length; i++) {
      const { id, way } = queue[i] ?? { id: Number.NaN, way: "" };
      const node = byId.get(id);
      if (!node || seen.has(id)) continue;
      seen.add(id);
      yield { node, way };
      // Nth of its label and not nth of all: a new argument before it changes nothing.
      const order = new Map<string, number>();
      for (const { kind, to } of edgesOf(node)) {
        const target = byId.get(to);
        if (!target) continue;
        const label = labelOf(target);
        const nth = order.get(label) ?? 0;
        order.set(label, nth + 1);
        queue.push({ id: to, way: `${keys.get(id) ?? ""} ${kind} ${nth}` });
      }
    }
  }
}

/**
 * Keys of a graph that follows another in the same panel: what is still there keeps its key, also
 * when its surroundings changed.
 */
export function carriedKeys(
  graph: FunctorGraph,
  previous: { readonly graph: FunctorGraph; readonly keys: NodeKeys },
): NodeKeys {
  const { toBefore } = matchGraphs(previous.graph, graph);
  const keys = new Map<number, string>();
  const taken = new Set(previous.keys.values());
  for (const [id, fresh] of keysOf(graph)) {
    const before = toBefore.get(id);
    const kept = before === undefined ? undefined : previous.keys.get(before);
    const key = kept ?? unused(fresh, taken);
    taken.add(key);
    keys.set(id, key);
  }
  return keys;
}

/** `wanted`, or with a number that makes it differ from all that are taken. */
export function unused(wanted: string, taken: ReadonlySet<string>): string {
  if (!taken.has(wanted)) return wanted;
  let count = 2;
  while (taken.has(`${wanted} (${count})`)) count++;
  return `${wanted} (${count})`;
}

/** FNV-1a over two lanes, 64 bits in all: short, and the same everywhere. */
function hash(text: string): string {
  let [a, b] = [0x811c9dc5, 0x9e3779b9];
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    a = Math.imul(a ^ code, 0x01000193);
    b = Math.imul(b ^ (code + i), 0x85ebca6b);
  }
  return (a >>> 0).toString(36) + (b >>> 0).toString(36);
}
