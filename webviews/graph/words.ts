import type { EdgeView, NodeView } from "./messages.ts";
import { t } from "../../extension/platform/l10n.ts";

/** What a kind of node is called. */
export const kindWords: Readonly<Record<NodeView["kind"], string>> = {
  application: "application",
  functor: "functor",
  module: "module",
  service: t("runtime service"),
  if: "choice",
  apply: t("application of a functor"),
};

/** What goes along an edge, from the node it leaves. */
export const edgeWords: Readonly<Record<EdgeView["kind"], string>> = {
  argument: "argument",
  dependency: "dependency",
  branch: "branch",
  default: t("default branch"),
  functor: "functor",
};

/** A sign beside the colour. */
export const signs: Readonly<Record<NodeView["change"], string>> = {
  same: "",
  added: "+",
  removed: "\u2212",
  changed: "\u2260",
};

/** The name of a node in a line of text. */
export function nameOf(node: NodeView): string {
  if (node.kind === "if") return `if ${node.title}`;
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
  if (noteOf(node) !== "") parts.push(`reads ${noteOf(node)}`);
  if (node.change !== "same") parts.push(node.changeWords === "" ? node.change : node.changeWords);
  parts.push(needs === 0 ? t("needs nothing") : `needs ${needs}`);
  if (users > 0) parts.push(t("used by {0}", users));
  if (hides > 0) parts.push(`collapsed, ${hides} hidden`);
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
