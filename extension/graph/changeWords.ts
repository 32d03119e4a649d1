import type { DiffNode } from "./diff.ts";
import { nodesById } from "./edges.ts";
import { labelOf } from "./label.ts";
import type { FunctorGraph, GraphNode } from "./model.ts";
import { t } from "../platform/l10n.ts";

/** No list in a sentence is longer than this; what is left is counted. */
const longest = 12;

/** What a graph is compared with: another configuration, or the picture before. */
export type Than = "other" | "before";

const texts = {
  other: { added: t("Not in the other."), removed: t("Only in the other."), there: t("in the other") },
  before: { added: t("New."), removed: t("Gone."), there: t("before") },
} as const;

/**
 * Gives for each node of a diff what changed at it, in a sentence or two; empty when nothing did.
 */
export function changeWriter(
  graphBefore: FunctorGraph,
  graphAfter: FunctorGraph,
  than: Than,
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
    return parts.length > 0 ? parts.join(" ") : t("The same modules, from other places of the graph.");
  };
}

function namesIn(graph: FunctorGraph): (ids: readonly number[]) => readonly string[] {
  const byId = nodesById(graph);
  const name = (node: GraphNode | undefined) => (node ? labelOf(node) : "?");
  return (ids) => ids.map((id) => name(byId.get(id)));
}

/** One exchanged place is named; for more both lists are. */
function listChange(
  what: string,
  before: readonly string[],
  after: readonly string[],
  there: string,
): string {
  if (before.join() === after.join()) return "";
  const places = after.flatMap((name, i) => (name === before[i] ? [] : [i]));
  const [place] = places;
  if (before.length === after.length && places.length === 1 && place !== undefined) {
    return t("{0}: {1} instead of {2}.", what, after[place], before[place]);
  }
  const listed = (names: readonly string[]) => {
    const shown = names.slice(0, longest).join(", ");
    return names.length > longest ? t("{0} and {1} more", shown, names.length - longest) : shown || t("none");
  };
  return `${what}: ${listed(after)}; ${there} ${listed(before)}.`;
}
