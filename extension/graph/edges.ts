import type { FunctorGraph, GraphNode } from "./model.ts";

export type EdgeKind = "argument" | "dependency" | "branch" | "default" | "functor";

export interface GraphEdge {
  readonly kind: EdgeKind;
  readonly to: number;
}

type Ends = Pick<GraphNode, "functor" | "arguments" | "dependencies" | "branches" | "defaultBranch">;

/** The edges that leave a node, in the order in which functoria prints them. */
export function edgesOf(node: Ends): readonly GraphEdge[] {
  const { functor, defaultBranch } = node;
  return [
    ...(functor === undefined ? [] : [{ kind: "functor" as const, to: functor }]),
    ...node.arguments.map((to) => ({ kind: "argument" as const, to })),
    ...node.dependencies.map((to) => ({ kind: "dependency" as const, to })),
    ...node.branches.map((to) => ({
      kind: to === defaultBranch ? ("default" as const) : ("branch" as const),
      to,
    })),
  ];
}

/** The nodes of a graph by id. */
export function nodesById(graph: Pick<FunctorGraph, "nodes">): ReadonlyMap<number, GraphNode> {
  return new Map(graph.nodes.map((node) => [node.id, node]));
}

/**
 * Ids of `from` and of all nodes that edges lead to from there, breadth first. Nodes for which `enter`
 * returns false are left out and not followed. Terminates on cycles.
 */
export function reachable<Node extends Ends>(
  byId: ReadonlyMap<number, Node>,
  from: Iterable<number>,
  enter: (node: Node) => boolean = () => true,
): ReadonlySet<number> {
  const found = new Set<number>();
  const queue: number[] = [];
  const visit = (id: number) => {
    const node = byId.get(id);
    if (!node || found.has(id) || !enter(node)) return;
    found.add(id);
    queue.push(id);
  };
  for (const id of from) visit(id);
  for (let i = 0; i < queue.length; i++) {
    const node = byId.get(queue[i] ?? Number.NaN);
    if (node) for (const { to } of edgesOf(node)) visit(to);
  }
  return found;
}
