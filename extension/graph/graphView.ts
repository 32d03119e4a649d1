import type { EdgeView, GraphView, NodeView } from "../protocol/graph.ts";
import { createChangeDescriber } from "./describe/describeChanges.ts";
import { diffGraphs, type DiffNode } from "./compare/diffGraphs.ts";
import { edgesOf, nodesById } from "./edges.ts";
import { carryKeys, keysOf, unusedKey, type NodeKeys } from "./compare/nodeKeys.ts";
import { matchNodes } from "./compare/matchNodes.ts";
import type { FunctorGraph, GraphNode } from "./model.ts";

/** A graph for the panel, and the nodes that its keys identify. */
export interface GraphViewModel {
  readonly view: GraphView;
  /** Node ids by key; nodes that are only in the other graph are missing. */
  readonly ids: ReadonlyMap<string, number>;
  /** Node ids of the compared graph by key; empty if there is no comparison. */
  readonly otherIds: ReadonlyMap<string, number>;
  /** To be passed as `previous` with the panel's next graph, so that nodes keep their keys. */
  readonly keyed: KeyedGraph;
}

export interface KeyedGraph {
  readonly graph: FunctorGraph;
  readonly keys: NodeKeys;
}

/**
 * Makes the view of one graph. `previous` is the graph that the panel showed before: nodes in both keep
 * their keys. With `markChanges`, nodes are marked as added or changed relative to it; removed nodes are
 * not shown.
 */
export function graphView(graph: FunctorGraph, previous?: KeyedGraph, markChanges = false): GraphViewModel {
  const keys = previous ? carryKeys(graph, previous) : keysOf(graph);
  const ids = new Map(graph.nodes.map(({ id }) => [keyIn(keys, id), id]));
  const diffs = new Map(
    previous && markChanges
      ? diffGraphs(previous.graph, graph).flatMap((node) => (node.after ? [[node.after.id, node]] : []))
      : [],
  );
  const byId = nodesById(graph);
  const describeChange = createChangeDescriber(previous?.graph ?? graph, graph, "before");
  const nodes = graph.nodes.map((node): NodeView => {
    const diff = diffs.get(node.id);
    return nodeView(keyIn(keys, node.id), node, diff?.change ?? "same", diff ? describeChange(diff) : "");
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
 * Makes one view of two graphs: nodes that are only in `after` are added, those only in `before` are
 * removed. `previous` is the graph that the panel showed before, which determines the keys.
 */
export function comparisonView(
  before: FunctorGraph,
  after: FunctorGraph,
  previous?: KeyedGraph,
): GraphViewModel {
  const matching = matchNodes(before, after);
  const diff = diffGraphs(before, after, matching);
  const keys = previous ? carryKeys(after, previous) : keysOf(after);
  const taken = new Set(keys.values());
  const keysBefore = keysOf(before);
  const keyOf = (node: DiffNode): string => {
    if (node.after) return keyIn(keys, node.after.id);
    const key = unusedKey(`removed ${keyIn(keysBefore, node.before?.id ?? Number.NaN)}`, taken);
    taken.add(key);
    return key;
  };
  const keyed = diff.map((node) => ({ key: keyOf(node), ...node }));
  const describeChange = createChangeDescriber(before, after, "other");
  const nodes = keyed.flatMap((node): readonly NodeView[] => {
    const shown = node.after ?? node.before;
    return shown ? [nodeView(node.key, shown, node.change, describeChange(node))] : [];
  });
  const edges = keyed.flatMap(({ key, edges: leaving }) =>
    leaving.map(({ kind, to, change }, order): EdgeView => {
      return { from: key, to: keyed[to]?.key ?? "", kind, order, change };
    }),
  );
  return {
    view: { nodes, edges },
    ids: new Map(keyed.flatMap(({ key, after: node }) => (node ? [[key, node.id]] : []))),
    otherIds: new Map(keyed.flatMap(({ key, before: node }) => (node ? [[key, node.id]] : []))),
    keyed: { graph: after, keys },
  };
}

function nodeView(key: string, node: GraphNode, change: NodeView["change"], description: string): NodeView {
  return {
    key,
    kind: node.kind,
    title: node.kind === "if" ? node.keys.join(", ") : node.kind === "apply" ? "$" : node.path,
    instance: node.instance,
    keys: [...node.keys],
    change,
    changeDescription: description,
  };
}

function keyIn(keys: NodeKeys, id: number): string {
  return keys.get(id) ?? String(id);
}
