import { edgesOf, nodesById } from "../edges.ts";
import { labelOf } from "./nodeLabel.ts";
import type { FunctorGraph, GraphNode } from "../model.ts";

/** Pairs of the same node in two graphs, by id; each node is in at most one pair. */
export interface NodeMatching {
  readonly toAfter: ReadonlyMap<number, number>;
  readonly toBefore: ReadonlyMap<number, number>;
}

/** The distance up to which the surroundings of nodes of the same module are compared. */
const rounds = 3;

/**
 * Finds the nodes that two graphs have in common. Only nodes of the same module can match. It pairs the
 * roots and modules that occur once in each graph, and from each pair the arguments and users at the same
 * position. It pairs the remaining nodes by the similarity of their surroundings (colour refinement), and
 * finally in order. The time is linear in nodes and edges, also with cycles and thousands of duplicates.
 */
export function matchNodes(before: FunctorGraph, after: FunctorGraph): NodeMatching {
  const [a, b] = [sideOf(before), sideOf(after)];
  const toAfter = new Map<number, number>();
  const toBefore = new Map<number, number>();
  /** Pairs whose neighbours have not been paired yet. */
  const open: (readonly [number, number])[] = [];
  const pair = (x: number, y: number) => {
    if (toAfter.has(x) || toBefore.has(y)) return;
    toAfter.set(x, y);
    toBefore.set(y, x);
    open.push([x, y]);
  };
  const spread = () => {
    for (let next = open.pop(); next; next = open.pop()) {
      for (const [x, y] of neighbours(a, b, ...next)) pair(x, y);
    }
  };
  /** Pairs nodes of the same colour in order, if `when` accepts the number of such nodes in both graphs. */
  const pairAlike = (ours: Colours, theirs: Colours, when: (ours: number, theirs: number) => boolean) => {
    const groups = grouped(b.order, (id) => (toBefore.has(id) ? undefined : theirs.get(id)));
    for (const [colour, ids] of grouped(a.order, (id) => (toAfter.has(id) ? undefined : ours.get(id)))) {
      const others = groups.get(colour) ?? [];
      if (!when(ids.length, others.length)) continue;
      let next = 0;
      for (const id of ids) {
        // Spreading from an earlier pair may have paired some of them.
        while (next < others.length && toBefore.has(others[next] ?? Number.NaN)) next++;
        const other = others[next];
        if (other === undefined) break;
        if (!toAfter.has(id)) pair(id, other);
        spread();
      }
    }
  };

  const [root, otherRoot] = [a.byId.get(before.root ?? Number.NaN), b.byId.get(after.root ?? Number.NaN)];
  if (root && otherRoot && labelOf(root) === labelOf(otherRoot)) pair(root.id, otherRoot.id);
  const interned = new Map<string, number>();
  const colours = [[labelColours(a, interned), labelColours(b, interned)] as const];
  for (let i = 0; i < rounds; i++) {
    const [ours, theirs] = colours.at(-1) ?? [new Map(), new Map()];
    colours.push([refined(a, ours, interned), refined(b, theirs, interned)]);
  }
  const [labels, ...finer] = colours;
  if (labels) pairAlike(...labels, (x, y) => x === 1 && y === 1);
  spread();
  for (const level of finer.toReversed()) pairAlike(...level, (x, y) => x === y);
  if (labels) pairAlike(...labels, () => true);
  return { toAfter, toBefore };
}

interface Side {
  readonly byId: ReadonlyMap<number, GraphNode>;
  readonly users: ReadonlyMap<number, readonly number[]>;
  /** Ids in breadth-first order from the root, which does not depend on the ids of the run. */
  readonly order: readonly number[];
}

type Colours = ReadonlyMap<number, number>;

function sideOf(graph: FunctorGraph): Side {
  const byId = nodesById(graph);
  const users = new Map<number, number[]>();
  const order: number[] = [];
  const seen = new Set<number>();
  const starts = [...(graph.root === undefined ? [] : [graph.root]), ...byId.keys()];
  for (const start of starts) {
    const queue = [start];
    for (let i = 0; i < queue.length; i++) {
      const node = byId.get(queue[i] ?? Number.NaN);
      if (!node || seen.has(node.id)) continue;
      seen.add(node.id);
      order.push(node.id);
      for (const { to } of edgesOf(node)) {
        queue.push(to);
        const present = users.get(to);
        if (present) present.push(node.id);
        else users.set(to, [node.id]);
      }
    }
  }
  return { byId, users, order };
}

/** Pairs of arguments and of users at the same position of two paired nodes. */
function* neighbours(a: Side, b: Side, x: number, y: number): Generator<readonly [number, number]> {
  const [ours, theirs] = [a.byId.get(x), b.byId.get(y)];
  if (!ours || !theirs) return;
  const [outA, outB] = [edgesOf(ours), edgesOf(theirs)];
  const group = (side: Side) => (edge: { kind: string; to: number }) => {
    const target = side.byId.get(edge.to);
    const kind = edge.kind === "default" ? "branch" : edge.kind;
    return target ? `${kind} ${labelOf(target)}` : undefined;
  };
  const edgesB = grouped(outB, group(b));
  for (const [name, edges] of grouped(outA, group(a))) {
    const others = edgesB.get(name) ?? [];
    if (edges.length !== others.length) continue;
    for (const [i, { to }] of edges.entries()) yield [to, others[i]?.to ?? Number.NaN];
  }
  const user = (side: Side) => (id: number) => {
    const node = side.byId.get(id);
    return node ? labelOf(node) : undefined;
  };
  const usersB = grouped(b.users.get(y) ?? [], user(b));
  for (const [label, ids] of grouped(a.users.get(x) ?? [], user(a))) {
    const others = usersB.get(label) ?? [];
    const [id, other] = [ids[0], others[0]];
    if (ids.length === 1 && others.length === 1 && id !== undefined && other !== undefined) yield [id, other];
  }
}

function labelColours(side: Side, interned: Map<string, number>): Colours {
  return new Map([...side.byId.values()].map((node) => [node.id, intern(labelOf(node), interned)]));
}

/** Refines colours: nodes of the same new colour also have neighbours of the same colours. */
function refined(side: Side, last: Colours, interned: Map<string, number>): Colours {
  const colour = (id: number) => last.get(id) ?? -1;
  return new Map(
    side.order.map((id) => {
      const node = side.byId.get(id);
      const below = node ? edgesOf(node).map(({ kind, to }) => `${kind}${colour(to)}`) : [];
      const above = (side.users.get(id) ?? []).map(colour).toSorted((p, q) => p - q);
      return [id, intern(`${colour(id)}<${below.join()}>${above.join()}`, interned)];
    }),
  );
}

function intern(text: string, interned: Map<string, number>): number {
  const known = interned.get(text) ?? interned.size;
  interned.set(text, known);
  return known;
}

function grouped<Item, Key>(
  items: readonly Item[],
  keyOf: (item: Item) => Key | undefined,
): ReadonlyMap<Key, readonly Item[]> {
  const groups = new Map<Key, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    if (key === undefined) continue;
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}
