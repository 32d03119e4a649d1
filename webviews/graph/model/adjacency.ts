import type { EdgeView, GraphView, NodeView } from "../../../extension/protocol/graph.ts";

/** A graph indexed by the keys of its nodes. Edges to or from missing nodes are left out. */
export interface Adjacency {
  readonly nodes: ReadonlyMap<string, NodeView>;
  /** The edges that leave a node, in the order of its arguments, dependencies or branches. */
  readonly outgoing: (key: string) => readonly EdgeView[];
  readonly incoming: (key: string) => readonly EdgeView[];
  /** Keys of the nodes without incoming edges. */
  readonly roots: readonly string[];
  /** The key of the application, else of the first root, else of the first node. */
  readonly start: string | undefined;
}

const none: readonly EdgeView[] = [];

/** Indexes a graph, so that a query takes time proportional to its result. */
export function createAdjacency(graph: GraphView): Adjacency {
  const nodes = new Map<string, NodeView>();
  for (const node of graph.nodes) if (!nodes.has(node.key)) nodes.set(node.key, node);
  const out = new Map<string, EdgeView[]>();
  const into = new Map<string, EdgeView[]>();
  const add = (to: Map<string, EdgeView[]>, key: string, edge: EdgeView): void => {
    const found = to.get(key);
    if (found) found.push(edge);
    else to.set(key, [edge]);
  };
  for (const edge of graph.edges) {
    if (!nodes.has(edge.from) || !nodes.has(edge.to)) continue;
    add(out, edge.from, edge);
    add(into, edge.to, edge);
  }
  for (const edges of out.values()) edges.sort((one, other) => one.order - other.order);
  const roots = [...nodes.keys()].filter((key) => !into.has(key));
  const application = graph.nodes.find(({ kind }) => kind === "application");
  return {
    nodes,
    outgoing: (key) => out.get(key) ?? none,
    incoming: (key) => into.get(key) ?? none,
    roots,
    start: application?.key ?? roots[0] ?? graph.nodes[0]?.key,
  };
}

/** All keys reachable from `from`, including these. Does not continue beyond keys that `stop` accepts. */
export function reachableFrom(
  from: Iterable<string>,
  next: (key: string) => Iterable<string>,
  stop: (key: string) => boolean = () => false,
): Set<string> {
  const found = new Set(from);
  // Iterating a set also visits the items that are added meanwhile.
  for (const key of found) {
    if (stop(key)) continue;
    for (const each of next(key)) found.add(each);
  }
  return found;
}

/** A node and everything that it needs, directly or indirectly. */
export function descendants(adjacency: Adjacency, key: string): Set<string> {
  return reachableFrom([key], (at) => adjacency.outgoing(at).map(({ to }) => to));
}

/** A node and everything that uses it, directly or indirectly. */
export function ancestors(adjacency: Adjacency, key: string): Set<string> {
  return reachableFrom([key], (at) => adjacency.incoming(at).map(({ from }) => from));
}
