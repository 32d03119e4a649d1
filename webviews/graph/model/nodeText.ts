import type { EdgeView, NodeView } from "../../../extension/protocol/graph.ts";
import { t } from "../../../extension/protocol/l10n.ts";

/** The name of a kind of node. */
export const kindLabels: Readonly<Record<NodeView["kind"], string>> = {
  application: t("application"),
  functor: t("functor"),
  module: t("module"),
  service: t("runtime service"),
  if: t("choice"),
  apply: t("application of a functor"),
};

/** The name of a kind of edge. */
export const edgeLabels: Readonly<Record<EdgeView["kind"], string>> = {
  argument: t("argument"),
  dependency: t("dependency"),
  branch: t("branch"),
  default: t("default branch"),
  functor: t("functor"),
};

/** A sign for a change, in addition to its colour. */
export const changeSigns: Readonly<Record<NodeView["change"], string>> = {
  same: "",
  added: "+",
  removed: "\u2212",
  changed: "\u2260",
};

/** The name of a change. */
export const changeLabels: Readonly<Record<NodeView["change"], string>> = {
  same: t("same"),
  added: t("added"),
  removed: t("removed"),
  changed: t("changed"),
};

/** The name of a node. */
export function nodeName(node: NodeView): string {
  if (node.kind === "if") return t("if {0}", node.title);
  if (node.kind === "apply") return node.title === "" ? "$" : node.title;
  return node.title === "" ? node.instance : node.title;
}

/** The second line in the box of a node: the configuration keys that it reads. */
export function nodeSubtitle(node: NodeView): string {
  return node.kind === "if" ? "" : node.keys.join(", ");
}

/** The label of a node for screen readers, with everything that the drawing shows of it. */
export function nodeAriaLabel(node: NodeView, needs: number, users: number, hiddenCount: number): string {
  const parts = [nodeName(node), kindLabels[node.kind]];
  if (nodeSubtitle(node) !== "") parts.push(t("reads {0}", nodeSubtitle(node)));
  if (node.change !== "same")
    parts.push(node.changeDescription === "" ? changeLabels[node.change] : node.changeDescription);
  parts.push(needs === 0 ? t("needs nothing") : t("needs {0}", needs));
  if (users > 0) parts.push(t("used by {0}", users));
  if (hiddenCount > 0) parts.push(t("collapsed, {0} hidden", hiddenCount));
  return parts.join(", ");
}

/** Truncates a text to the longest prefix with an ellipsis that `fits`; a binary search. */
export function truncateTo(text: string, fits: (text: string) => boolean): string {
  if (fits(text)) return text;
  let low = 0;
  let high = Math.min(text.length, 400);
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (fits(`${text.slice(0, middle)}\u2026`)) low = middle;
    else high = middle - 1;
  }
  return `${text.slice(0, low)}\u2026`;
}
