import type { NodeView } from "../../../extension/protocol/graph.ts";
import { nodeName } from "./nodeText.ts";

/** The keys of the nodes whose name, instance and configuration keys contain all words of the text, ignoring case. */
export function findNodes(nodes: readonly NodeView[], text: string): string[] {
  const words = text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");
  if (words.length === 0) return [];
  return nodes
    .filter((node) => {
      const all = [nodeName(node), node.instance, ...node.keys].join("\n").toLowerCase();
      return words.every((word) => all.includes(word));
    })
    .map(({ key }) => key);
}
