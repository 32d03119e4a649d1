import { ancestors, descendants, reachableFrom, type Adjacency } from "./adjacency.ts";
import type { EdgeView, GraphPageState, NodeView } from "../../../extension/protocol/graph.ts";

/** Which part of a graph to draw. */
export interface SubgraphOptions {
  readonly focus: string | undefined;
  readonly focusShows: GraphPageState["focusShows"];
  readonly collapsed: ReadonlySet<string>;
  /** Whether runtime services are left out, except those that have changed. */
  readonly hideServices: boolean;
  /** If the graph has more nodes than this, only those near `near`, or near the application, are drawn. */
  readonly limit: number;
  readonly near: string | undefined;
}

export interface VisibleNode {
  readonly view: NodeView;
  /** The number of nodes that are hidden because this one is collapsed. */
  readonly hiddenCount: number;
}

/** One line of the drawing, which represents all edges between two nodes. */
export interface VisibleEdge {
  readonly from: string;
  readonly to: string;
  readonly kind: EdgeView["kind"];
  /** Positions among the arguments of `from`, counted from 1; empty if it is not an argument. */
  readonly argumentNumbers: readonly number[];
  readonly change: EdgeView["change"];
}

export interface VisibleSubgraph {
  readonly nodes: readonly VisibleNode[];
  readonly edges: readonly VisibleEdge[];
  /** The number of nodes that are left out because there are too many. */
  readonly omitted: number;
}

/** The number of nodes that are drawn of a graph that is too large. */
export const partSize = 250;

const weight = { default: 5, branch: 4, argument: 3, functor: 2, dependency: 1 } as const;

/** Selects the part of a graph that is drawn. */
export function visibleSubgraph(adjacency: Adjacency, options: SubgraphOptions): VisibleSubgraph {
  const included = includedNodes(adjacency, options);
  const reachable = withoutCollapsed(adjacency, included, options.collapsed);
  const drawn =
    reachable.size > options.limit ? nearest(adjacency, reachable, options.near ?? options.focus) : reachable;
  const nodes: VisibleNode[] = [];
  const edges: VisibleEdge[] = [];
  for (const key of adjacency.nodes.keys()) {
    const view = adjacency.nodes.get(key);
    if (view === undefined || !drawn.has(key)) continue;
    nodes.push({
      view,
      hiddenCount: options.collapsed.has(key) ? hiddenBelow(adjacency, key, included, reachable) : 0,
    });
    if (!options.collapsed.has(key))
      edges.push(...merged(adjacency.outgoing(key).filter(({ to }) => drawn.has(to))));
  }
  return { nodes, edges, omitted: reachable.size - drawn.size };
}

function includedNodes(
  adjacency: Adjacency,
  { focus, focusShows, hideServices }: SubgraphOptions,
): Set<string> {
  const focused =
    focus !== undefined && adjacency.nodes.has(focus)
      ? focusedSubgraph(adjacency, focus, focusShows)
      : undefined;
  const keys = focused ?? new Set(adjacency.nodes.keys());
  if (!hideServices) return keys;
  const shown = new Set(
    [...keys].filter((key) => key === focus || !isQuietService(adjacency.nodes.get(key))),
  );
  // A graph of services only is shown as it is.
  return shown.size > 0 ? shown : keys;
}

/** Whether `hideServices` hides a node: a service that does not differ from the compared configuration. */
function isQuietService(node: NodeView | undefined): boolean {
  return node?.kind === "service" && node.change === "same";
}

/** The keys of the nodes that a focus shows. */
export function focusedSubgraph(
  adjacency: Adjacency,
  focus: string,
  shows: GraphPageState["focusShows"],
): Set<string> {
  if (shows === "below") return descendants(adjacency, focus);
  if (shows === "users") return ancestors(adjacency, focus);
  return new Set([focus, ...adjacency.outgoing(focus).map(({ to }) => to)]);
}

/** The nodes that are reachable without passing a collapsed node; a cycle is entered at its first node. */
function withoutCollapsed(
  adjacency: Adjacency,
  included: Set<string>,
  collapsed: ReadonlySet<string>,
): Set<string> {
  if (![...collapsed].some((key) => included.has(key))) return included;
  const next = (key: string) =>
    adjacency
      .outgoing(key)
      .map(({ to }) => to)
      .filter((to) => included.has(to));
  const isCollapsed = (key: string): boolean => collapsed.has(key);
  const roots = [...included].filter(
    (key) => !adjacency.incoming(key).some(({ from }) => included.has(from)),
  );
  const seen = reachableFrom(roots, next, isCollapsed);
  const hidden = reachableFrom([...collapsed].filter((key) => seen.has(key)).flatMap(next), next);
  for (const key of included) {
    if (seen.has(key) || hidden.has(key)) continue;
    for (const each of reachableFrom([key], next, isCollapsed)) seen.add(each);
    if (!isCollapsed(key)) continue;
    for (const each of reachableFrom(next(key), next)) hidden.add(each);
  }
  return seen;
}

function hiddenBelow(
  adjacency: Adjacency,
  key: string,
  included: ReadonlySet<string>,
  reachable: ReadonlySet<string>,
): number {
  return [...descendants(adjacency, key)].filter((each) => included.has(each) && !reachable.has(each)).length;
}

/** The nodes that are the fewest edges away, in either direction. */
function nearest(
  adjacency: Adjacency,
  reachable: ReadonlySet<string>,
  near: string | undefined,
): Set<string> {
  const start = near !== undefined && reachable.has(near) ? near : adjacency.start;
  const first = start !== undefined && reachable.has(start) ? start : [...reachable][0];
  const drawn = new Set(first === undefined ? [] : [first]);
  for (const key of drawn) {
    const around = [
      ...adjacency.outgoing(key).map(({ to }) => to),
      ...adjacency.incoming(key).map(({ from }) => from),
    ];
    for (const each of around) {
      if (drawn.size >= partSize) return drawn;
      if (reachable.has(each)) drawn.add(each);
    }
  }
  return drawn;
}

/** Merges the edges from one node that lead to the same node. */
function merged(edges: readonly EdgeView[]): VisibleEdge[] {
  const lines = new Map<string, VisibleEdge>();
  let places = 0;
  for (const edge of edges) {
    const argument = edge.kind === "argument";
    // Arguments that only the other configuration has are not counted.
    if (argument && edge.change !== "removed") places += 1;
    const place = argument && edge.change !== "removed" ? [places] : [];
    const before = lines.get(edge.to);
    const stronger = before === undefined || weight[edge.kind] > weight[before.kind];
    lines.set(edge.to, {
      from: edge.from,
      to: edge.to,
      kind: stronger ? edge.kind : before.kind,
      argumentNumbers: [...(before?.argumentNumbers ?? []), ...place],
      change: before === undefined || before.change === edge.change ? edge.change : "changed",
    });
  }
  return [...lines.values()];
}
