import type { GraphNode } from "./model.ts";

/**
 * What a node is, without where it stands: its module path, or `If` with its keys. Nodes of two
 * graphs can be the same only when this is the same.
 */
export function labelOf(node: GraphNode): string {
  if (node.kind === "if") return `If ${node.keys.join(",")}`;
  return node.kind === "apply" ? "$" : node.path;
}
