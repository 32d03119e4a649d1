import { edgesOf, nodesById, type EdgeKind } from "../edges.ts";
import { matchNodes, type NodeMatching } from "./matchNodes.ts";
import type { FunctorGraph, GraphNode } from "../model.ts";

export type GraphChange = "same" | "added" | "removed" | "changed";

/** A node of two graphs; at least one of `before` and `after` is defined. */
export interface DiffNode {
  readonly before: GraphNode | undefined;
  readonly after: GraphNode | undefined;
  readonly change: GraphChange;
  /** The edges of both graphs that leave the node, in the order to draw them. */
  readonly edges: readonly DiffEdge[];
}

export interface DiffEdge {
  readonly kind: EdgeKind;
  /** Index into the nodes of the diff. */
  readonly to: number;
  readonly change: Exclude<GraphChange, "changed">;
}

/**
 * Merges two graphs: the nodes of `after` in their order, then the removed ones. A node that is in both is
 * `changed` if its arguments, dependencies, branches or keys differ.
 */
export function diffGraphs(
  before: FunctorGraph,
  after: FunctorGraph,
  matching: NodeMatching = matchNodes(before, after),
): readonly DiffNode[] {
  const byIdBefore = nodesById(before);
  const pairs = [
    ...after.nodes.map((node) => ({
      before: byIdBefore.get(matching.toBefore.get(node.id) ?? Number.NaN),
      after: node,
    })),
    ...before.nodes
      .filter(({ id }) => !matching.toAfter.has(id))
      .map((node) => ({ before: node, after: undefined })),
  ];
  const indexBefore = new Map<number, number>();
  const indexAfter = new Map<number, number>();
  for (const [index, pair] of pairs.entries()) {
    if (pair.before) indexBefore.set(pair.before.id, index);
    if (pair.after) indexAfter.set(pair.after.id, index);
  }
  return pairs.map((pair) => {
    const [old, current] = [targets(pair.before, indexBefore), targets(pair.after, indexAfter)];
    return { ...pair, edges: mergeEdges(old, current), change: changeOf(pair, old, current) };
  });
}

interface EdgeTarget {
  readonly kind: EdgeKind;
  readonly to: number;
}

function targets(node: GraphNode | undefined, index: ReadonlyMap<number, number>): readonly EdgeTarget[] {
  if (!node) return [];
  return edgesOf(node).flatMap(({ kind, to }) => {
    const found = index.get(to);
    return found === undefined ? [] : [{ kind, to: found }];
  });
}

const nameOf = ({ kind, to }: EdgeTarget) => `${kind} ${to}`;

/** Another order of the arguments is a change, because it is another functor application. */
function changeOf(
  { before, after }: Pick<DiffNode, "before" | "after">,
  old: readonly EdgeTarget[],
  current: readonly EdgeTarget[],
): GraphChange {
  if (!before) return "added";
  if (!after) return "removed";
  const same = (x: readonly string[], y: readonly string[]) => x.join() === y.join();
  return same(before.keys, after.keys) && same(old.map(nameOf), current.map(nameOf)) ? "same" : "changed";
}

/** The edges of `current` in their order, with each removed edge as close as possible to its old position. */
function mergeEdges(old: readonly EdgeTarget[], current: readonly EdgeTarget[]): readonly DiffEdge[] {
  const oldNames = new Set(old.map(nameOf));
  const names = new Set(current.map(nameOf));
  const merged: DiffEdge[] = [];
  const removed = old.map((edge, index) => ({ edge, index })).filter(({ edge }) => !names.has(nameOf(edge)));
  let next = 0;
  const pushRemoved = (until: number) => {
    for (; next < removed.length && (removed[next]?.index ?? 0) <= until; next++) {
      const edge = removed[next]?.edge;
      if (edge) merged.push({ ...edge, change: "removed" });
    }
  };
  for (const edge of current) {
    pushRemoved(merged.length);
    merged.push({ ...edge, change: oldNames.has(nameOf(edge)) ? "same" : "added" });
  }
  pushRemoved(Number.POSITIVE_INFINITY);
  return merged;
}
