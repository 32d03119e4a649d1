import type { EdgeView, NodeView } from "./messages.ts";
import { t } from "../../extension/platform/l10n.ts";

/** What a kind of node is called. */
export const kindWords: Readonly<Record<NodeView["kind"], string>> = {
  application: t("application"),
  functor: t("functor"),
  module: t("module"),
  service: t("runtime service"),
  if: t("choice"),
  apply: t("application of a functor"),
};

/** What goes along an edge, from the node it leaves. */
export const edgeWords: Readonly<Record<EdgeView["kind"], string>> = {
  argument: t("argument"),
  dependency: t("dependency"),
  branch: t("branch"),
  default: t("default branch"),
  functor: t("functor"),
};

/** A sign beside the colour. */
export const signs: Readonly<Record<NodeView["change"], string>> = {
  same: "",
  added: "+",
  removed: "\u2212",
  changed: "\u2260",
};

/** What a change is called. */
export const changeNames: Readonly<Record<NodeView["change"], string>> = {
  same: t("same"),
  added: t("added"),
  removed: t("removed"),
  changed: t("changed"),
};

/** The name of a node in a line of text. */
export function nameOf(node: NodeView): string {
  if (node.kind === "if") return t("if {0}", node.title);
  if (node.kind === "apply") return node.title === "" ? "$" : node.title;
  return node.title === "" ? node.instance : node.title;
}

/** The smaller line in the box of a node: the keys it reads. */
export function noteOf(node: NodeView): string {
  return node.kind === "if" ? "" : node.keys.join(", ");
}

/** All that the drawing says of a node, for who hears it. */
export function spokenOf(node: NodeView, needs: number, users: number, hides: number): string {
  const parts = [nameOf(node), kindWords[node.kind]];
  if (noteOf(node) !== "") parts.push(t("reads {0}", noteOf(node)));
  if (node.change !== "same")
    parts.push(node.changeWords === "" ? changeNames[node.change] : node.changeWords);
  parts.push(needs === 0 ? t("needs nothing") : t("needs {0}", needs));
  if (users > 0) parts.push(t("used by {0}", users));
  if (hides > 0) parts.push(t("collapsed, {0} hidden", hides));
  return parts.join(", ");
}

/** Cuts a text to what has room, by halves. */
export function cutTo(text: string, fits: (text: string) => boolean): string {
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
