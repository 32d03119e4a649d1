import type { EdgeView, GraphView, NodeView } from "../../webviews/graph/messages.ts";
import { changeWriter } from "./changeWords.ts";
import { diffGraphs, type DiffNode } from "./diff.ts";
import { edgesOf, nodesById } from "./edges.ts";
import { carriedKeys, keysOf, unused, type NodeKeys } from "./keys.ts";
import { matchGraphs } from "./match.ts";
import type { FunctorGraph, GraphNode } from "./model.ts";

/** A picture for the panel, and which nodes its keys name. */
export interface Drawn {
  readonly view: GraphView;
  /** Ids of the graph that is shown by key; a node only in the other graph is not in it. */
  readonly ids: ReadonlyMap<string, number>;
  /** Ids of the graph it is compared with by key; empty without one. */
  readonly otherIds: ReadonlyMap<string, number>;
  /** Hand it back with the next graph of the panel, so that its nodes keep their keys. */
  readonly keyed: Keyed;
}

export interface Keyed {
  readonly graph: FunctorGraph;
  readonly keys: NodeKeys;
}

/**
 * The picture of one graph. `previous` is what the panel showed before: nodes in both keep their
 * keys. With `mark`, what was not so before is marked as added or changed; what is gone is not shown.
 */
export function graphView(graph: FunctorGraph, previous?: Keyed, mark = false): Drawn {
  const keys = previous ? carriedKeys(graph, previous) : keysOf(graph);
  const ids = new Map(graph.nodes.map(({ id }) => [keyIn(keys, id), id]));
  const marks = new Map(
    previous && mark
      ? diffGraphs(previous.graph, graph).flatMap((node) => (node.after ? [[node.after.id, node]] : []))
      : [],
  );
  const byId = nodesById(graph);
  const wordsOf = changeWriter(previous?.graph ?? graph, graph, "before");
  const nodes = graph.nodes.map((node): NodeView => {
    const diff = marks.get(node.id);
    return nodeView(keyIn(keys, node.id), node, diff?.change ?? "same", diff ? wordsOf(diff) : "");
  });
  const edges = graph.nodes.flatMap((node) =>
    edgesOf(node)
      .filter(({ to }) => byId.has(to))
      .map(({ kind, to }, order): EdgeView => {
        return { from: keyIn(keys, node.id), to: keyIn(keys, to), kind, order, change: "same" };
      }),
  );
  return { view: { nodes, edges }, ids, otherIds: new Map(), keyed: { graph, keys } };
}

/**
 * Two graphs as one picture: what `after` has and `before` has not is added, the other way round
 * removed. `previous` is what the panel showed before, for the keys.
 */
export function comparisonView(before: FunctorGraph, after: FunctorGraph, previous?: Keyed): Drawn {
  const matching = matchGraphs(before, after);
  const diff = diffGraphs(before, after, matching);
  const keys = previous ? carriedKeys(after, previous) : keysOf(after);
  const taken = new Set(keys.values());
  const keysBefore = keysOf(before);
  const keyOf = (node: DiffNode): string => {
    if (node.after) return keyIn(keys, node.after.id);
    const key = unused(`removed ${keyIn(keysBefore, node.before?.id ?? Number.NaN)}`, taken);
    taken.add(key);
    return key;
  };
  const named = diff.map((node) => ({ key: keyOf(node), ...node }));
  const wordsOf = changeWriter(before, after, "other");
  const nodes = named.flatMap((node): readonly NodeView[] => {
    const shown = node.after ?? node.before;
    return shown ? [nodeView(node.key, shown, node.change, wordsOf(node))] : [];
  });
  const edges = named.flatMap(({ key, edges: leaving }) =>
    leaving.map(({ kind, to, change }, order): EdgeView => {
      return { from: key, to: named[to]?.key ?? "", kind, order, change };
    }),
  );
  return {
    view: { nodes, edges },
    ids: new Map(named.flatMap(({ key, after: node }) => (node ? [[key, node.id]] : []))),
    otherIds: new Map(named.flatMap(({ key, before: node }) => (node ? [[key, node.id]] : []))),
    keyed: { graph: after, keys },
  };
}

function nodeView(key: string, node: GraphNode, change: NodeView["change"], words: string): NodeView {
  return {
    key,
    kind: node.kind,
    title: node.kind === "if" ? node.keys.join(", ") : node.kind === "apply" ? "$" : node.path,
    instance: node.instance,
    keys: [...node.keys],
    change,
    changeWords: words,
  };
}

function keyIn(keys: NodeKeys, id: number): string {
  return keys.get(id) ?? String(id);
}
