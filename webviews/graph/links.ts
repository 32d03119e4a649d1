import type { EdgeView, GraphView, NodeView } from "./messages.ts";

/** A graph by the keys of its nodes. Edges whose ends are not among the nodes are left out. */
export interface Links {
  readonly nodes: ReadonlyMap<string, NodeView>;
  /** What a node needs, in order: arguments, dependencies, branches. */
  readonly out: (key: string) => readonly EdgeView[];
  readonly into: (key: string) => readonly EdgeView[];
  /** Nodes that nothing points at. */
  readonly roots: readonly string[];
  /** The application; else what comes first. */
  readonly start: string | undefined;
}

const none: readonly EdgeView[] = [];

/** Reads a graph once, so that what is asked of it costs as much as its answer. */
export function linksOf(graph: GraphView): Links {
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
    out: (key) => out.get(key) ?? none,
    into: (key) => into.get(key) ?? none,
    roots,
    start: application?.key ?? roots[0] ?? graph.nodes[0]?.key,
  };
}

/** All that can be reached from the nodes given, them included. Does not go on from where `stop` says so. */
export function reached(
  from: Iterable<string>,
  next: (key: string) => Iterable<string>,
  stop: (key: string) => boolean = () => false,
): Set<string> {
  const found = new Set(from);
  // A set is walked in the order of insertion, with what is added on the way.
  for (const key of found) {
    if (stop(key)) continue;
    for (const each of next(key)) found.add(each);
  }
  return found;
}

/** What a node needs and, through that, all below it. */
export function below(links: Links, key: string): Set<string> {
  return reached([key], (at) => links.out(at).map(({ to }) => to));
}

/** All that uses a node, directly or not. */
export function above(links: Links, key: string): Set<string> {
  return reached([key], (at) => links.into(at).map(({ from }) => from));
}
