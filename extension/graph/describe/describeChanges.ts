import type { DiffNode } from "../compare/diffGraphs.ts";
import { nodesById } from "../edges.ts";
import { labelOf } from "../compare/nodeLabel.ts";
import type { FunctorGraph, GraphNode } from "../model.ts";
import { t } from "../../protocol/l10n.ts";

/** Items of a list in a sentence; the rest are counted. */
const maxListed = 12;

/** What a graph is compared with: another configuration, or the graph shown before. */
export type ComparedWith = "other" | "before";

const texts = {
  other: {
    added: t("Not in the other configuration."),
    removed: t("Only in the other configuration."),
    there: t("in the other configuration"),
  },
  before: { added: t("New."), removed: t("Removed."), there: t("before") },
} as const;

/**
 * Returns a function that describes what changed at a node of a diff in a sentence or two, or returns an
 * empty text if nothing did.
 */
export function createChangeDescriber(
  graphBefore: FunctorGraph,
  graphAfter: FunctorGraph,
  than: ComparedWith,
): (node: Pick<DiffNode, "before" | "after" | "change">) => string {
  const [old, current] = [namesIn(graphBefore), namesIn(graphAfter)];
  const { added, removed, there } = texts[than];
  return ({ before, after, change }) => {
    if (change === "added") return added;
    if (change === "removed") return removed;
    if (change === "same" || !before || !after) return "";
    const parts = [
      listChange(t("Arguments"), old(before.arguments), current(after.arguments), there),
      listChange(t("Needs"), old(before.dependencies), current(after.dependencies), there),
      listChange(t("Choices"), old(before.branches), current(after.branches), there),
      listChange(t("Keys"), before.keys, after.keys, there),
    ].filter((part) => part !== "");
    return parts.length > 0 ? parts.join(" ") : t("The same modules, but other instances of them.");
  };
}

function namesIn(graph: FunctorGraph): (ids: readonly number[]) => readonly string[] {
  const byId = nodesById(graph);
  const name = (node: GraphNode | undefined) => (node ? labelOf(node) : "?");
  return (ids) => ids.map((id) => name(byId.get(id)));
}

/** Names the exchanged item if there is only one, otherwise both lists. */
function listChange(
  what: string,
  before: readonly string[],
  after: readonly string[],
  there: string,
): string {
  if (before.join() === after.join()) return "";
  const indices = after.flatMap((name, i) => (name === before[i] ? [] : [i]));
  const [index] = indices;
  if (before.length === after.length && indices.length === 1 && index !== undefined) {
    return t("{0}: {1} instead of {2}.", what, after[index], before[index]);
  }
  const list = (names: readonly string[]) => {
    const first = names.slice(0, maxListed).join(", ");
    return names.length > maxListed
      ? t("{0} and {1} more", first, names.length - maxListed)
      : first || t("none");
  };
  return `${what}: ${list(after)}; ${there}: ${list(before)}.`;
}
