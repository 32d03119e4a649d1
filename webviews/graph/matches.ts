import type { NodeView } from "./messages.ts";
import { nameOf } from "./words.ts";

/** Keys of the nodes whose name, instance or keys hold all words of the text, in any case. */
export function matchesOf(nodes: readonly NodeView[], text: string): string[] {
  const words = text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");
  if (words.length === 0) return [];
  return nodes
    .filter((node) => {
      const all = [nameOf(node), node.instance, ...node.keys].join("\n").toLowerCase();
      return words.every((word) => all.includes(word));
    })
    .map(({ key }) => key);
}
