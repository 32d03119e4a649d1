import type { GraphNode } from "../model.ts";

/**
 * The label of a node, independent of its position: its module path, or `If` with its keys. Nodes of two
 * graphs can only match if their labels are equal.
 */
export function labelOf(node: GraphNode): string {
  if (node.kind === "if") return `If ${node.keys.join(",")}`;
  return node.kind === "apply" ? "$" : node.path;
}
