import type { FunctorGraph, GraphNode } from "../../extension/graph/model.ts";

/**
 * The modules that a configuration passes to the functor that `main` names, in the order of its
 * parameters, such as `Tcpip_stack_direct.MakeV4V6`. Undefined if the graph does not contain the functor
 * or one of the modules is still undecided.
 */
export function implementationsOf(graph: FunctorGraph, module: string): readonly string[] | undefined {
  const byId = new Map(graph.nodes.map((node) => [node.id, node]));
  const main = graph.nodes.find(({ path }) => path === module);
  if (!main) return undefined;
  const paths = main.arguments.map((id) => pathOf(byId, id));
  return paths.every((path) => path !== undefined) ? paths : undefined;
}

function pathOf(nodes: ReadonlyMap<number, GraphNode>, id: number): string | undefined {
  const node = nodes.get(id);
  if (node?.kind === "apply" && node.functor !== undefined) return nodes.get(node.functor)?.path;
  return node && node.path !== "" ? node.path : undefined;
}
