import { above, below, reached, type Links } from "./links.ts";
import type { EdgeView, Kept, NodeView } from "./messages.ts";

/** What the user wants to see of a graph. */
export interface Look {
  readonly focus: string | undefined;
  readonly focusShows: Kept["focusShows"];
  readonly collapsed: ReadonlySet<string>;
  readonly hideServices: boolean;
  /** A graph of more nodes is drawn in part only: what is near its application, or near `near`. */
  readonly limit: number;
  readonly near: string | undefined;
}

export interface ShownNode {
  readonly view: NodeView;
  /** How many nodes its collapse hides. */
  readonly hides: number;
}

/** One line of the drawing: all edges between the same two nodes. */
export interface ShownEdge {
  readonly from: string;
  readonly to: string;
  readonly kind: EdgeView["kind"];
  /** Places among the arguments of `from`, from 1; empty for what is no argument. */
  readonly places: readonly number[];
  readonly change: EdgeView["change"];
}

export interface Shown {
  readonly nodes: readonly ShownNode[];
  readonly edges: readonly ShownEdge[];
  /** How many more there are that were too many to draw. */
  readonly left: number;
}

/** How many nodes are drawn of a graph that is too large. */
export const portion = 250;

const weight = { default: 5, branch: 4, argument: 3, functor: 2, dependency: 1 } as const;

/** The part of a graph that is drawn. */
export function shownOf(links: Links, look: Look): Shown {
  const wanted = wantedOf(links, look);
  const open = withoutCollapsed(links, wanted, look.collapsed);
  const drawn = open.size > look.limit ? nearest(links, open, look.near ?? look.focus) : open;
  const nodes: ShownNode[] = [];
  const edges: ShownEdge[] = [];
  for (const key of links.nodes.keys()) {
    const view = links.nodes.get(key);
    if (view === undefined || !drawn.has(key)) continue;
    nodes.push({ view, hides: look.collapsed.has(key) ? hiddenBelow(links, key, wanted, open) : 0 });
    if (!look.collapsed.has(key)) edges.push(...merged(links.out(key).filter(({ to }) => drawn.has(to))));
  }
  return { nodes, edges, left: open.size - drawn.size };
}

function wantedOf(links: Links, { focus, focusShows, hideServices }: Look): Set<string> {
  const part = focus !== undefined && links.nodes.has(focus) ? partOf(links, focus, focusShows) : undefined;
  const keys = part ?? new Set(links.nodes.keys());
  if (hideServices) {
    for (const key of keys) if (key !== focus && links.nodes.get(key)?.kind === "service") keys.delete(key);
  }
  return keys;
}

/** The part of a graph that a focus shows. */
export function partOf(links: Links, focus: string, shows: Kept["focusShows"]): Set<string> {
  if (shows === "below") return below(links, focus);
  if (shows === "users") return above(links, focus);
  return new Set([focus, ...links.out(focus).map(({ to }) => to)]);
}

/** What can be seen without going through a collapsed node; a cycle is entered at its first node. */
function withoutCollapsed(links: Links, wanted: Set<string>, collapsed: ReadonlySet<string>): Set<string> {
  if (![...collapsed].some((key) => wanted.has(key))) return wanted;
  const next = (key: string) =>
    links
      .out(key)
      .map(({ to }) => to)
      .filter((to) => wanted.has(to));
  const stop = (key: string): boolean => collapsed.has(key);
  const roots = [...wanted].filter((key) => !links.into(key).some(({ from }) => wanted.has(from)));
  const seen = reached(roots, next, stop);
  const behind = reached([...collapsed].filter((key) => seen.has(key)).flatMap(next), next);
  for (const key of wanted) {
    if (seen.has(key) || behind.has(key)) continue;
    for (const each of reached([key], next, stop)) seen.add(each);
    if (!stop(key)) continue;
    for (const each of reached(next(key), next)) behind.add(each);
  }
  return seen;
}

function hiddenBelow(
  links: Links,
  key: string,
  wanted: ReadonlySet<string>,
  open: ReadonlySet<string>,
): number {
  return [...below(links, key)].filter((each) => wanted.has(each) && !open.has(each)).length;
}

/** The nodes that are the fewest steps away, whatever their direction. */
function nearest(links: Links, open: ReadonlySet<string>, near: string | undefined): Set<string> {
  const start = near !== undefined && open.has(near) ? near : links.start;
  const first = start !== undefined && open.has(start) ? start : [...open][0];
  const drawn = new Set(first === undefined ? [] : [first]);
  for (const key of drawn) {
    const around = [...links.out(key).map(({ to }) => to), ...links.into(key).map(({ from }) => from)];
    for (const each of around) {
      if (drawn.size >= portion) return drawn;
      if (open.has(each)) drawn.add(each);
    }
  }
  return drawn;
}

/** Edges that leave one node, those to the same node as one. */
function merged(edges: readonly EdgeView[]): ShownEdge[] {
  const lines = new Map<string, ShownEdge>();
  let places = 0;
  for (const edge of edges) {
    const argument = edge.kind === "argument";
    // What only the other configuration has is not counted among the arguments.
    if (argument && edge.change !== "removed") places += 1;
    const place = argument && edge.change !== "removed" ? [places] : [];
    const before = lines.get(edge.to);
    const stronger = before === undefined || weight[edge.kind] > weight[before.kind];
    lines.set(edge.to, {
      from: edge.from,
      to: edge.to,
      kind: stronger ? edge.kind : before.kind,
      places: [...(before?.places ?? []), ...place],
      change: before === undefined || before.change === edge.change ? edge.change : "changed",
    });
  }
  return [...lines.values()];
}
