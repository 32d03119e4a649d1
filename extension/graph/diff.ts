import { edgesOf, nodesById, type EdgeKind } from "./edges.ts";
import { matchGraphs, type Matching } from "./match.ts";
import type { FunctorGraph, GraphNode } from "./model.ts";

export type Change = "same" | "added" | "removed" | "changed";

export interface DiffNode {
  /** At least one of the two is there. */
  readonly before: GraphNode | undefined;
  readonly after: GraphNode | undefined;
  readonly change: Change;
  /** Edges that leave the node, of both graphs, in the order to draw them. */
  readonly edges: readonly DiffEdge[];
}

export interface DiffEdge {
  readonly kind: EdgeKind;
  /** Index into the nodes of the diff. */
  readonly to: number;
  readonly change: Exclude<Change, "changed">;
}

/**
 * Two graphs as one: what is in both once, then what is only in one. A node in both is `changed`
 * when its arguments, dependencies, branches or keys are others. Nodes stand in the order of
 * `after`, with those removed at the end.
 */
export function diffGraphs(
  before: FunctorGraph,
  after: FunctorGraph,
  matching: Matching = matchGraphs(before, after),
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

interface Target {
  readonly kind: EdgeKind;
  readonly to: number;
}

function targets(node: GraphNode | undefined, index: ReadonlyMap<number, number>): readonly Target[] {
  if (!node) return [];
  return edgesOf(node).flatMap(({ kind, to }) => {
    const found = index.get(to);
    return found === undefined ? [] : [{ kind, to: found }];
  });
}

const nameOf = ({ kind, to }: Target) => `${kind} ${to}`;

/** Arguments in another order are another application, and so a change. */
function changeOf(
  { before, after }: Pick<DiffNode, "before" | "after">,
  old: readonly Target[],
  current: readonly Target[],
): Change {
  if (!before) return "added";
  if (!after) return "removed";
  const same = (x: readonly string[], y: readonly string[]) => x.join() === y.join();
  return same(before.keys, after.keys) && same(old.map(nameOf), current.map(nameOf)) ? "same" : "changed";
}

/** Those of `current` in their order, and each that is gone as near as can be to where it was. */
function mergeEdges(old: readonly Target[], current: readonly Target[]): readonly DiffEdge[] {
  const oldNames = new Set(old.map(nameOf));
  const names = new Set(current.map(nameOf));
  const merged: DiffEdge[] = [];
  const gone = old.map((edge, at) => ({ edge, at })).filter(({ edge }) => !names.has(nameOf(edge)));
  let next = 0;
  const takeGone = (until: number) => {
    for (; next < gone.length && (gone[next]?.at ?? 0) <= until; next++) {
      const edge = gone[next]?.edge;
      if (edge) merged.push({ ...edge, change: "removed" });
    }
  };
  for (const edge of current) {
    takeGone(merged.length);
    merged.push({ ...edge, change: oldNames.has(nameOf(edge)) ? "same" : "added" });
  }
  takeGone(Number.POSITIVE_INFINITY);
  return merged;
}
