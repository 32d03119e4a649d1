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

/**
 * Shortens a text that does not fit: of a module path, the last component remains if possible, as in
 * `Tcpip_sta\u2026.MakeV4V6`. `fits` decides whether a text fits.
 */
export function shortenTo(text: string, fits: (text: string) => boolean): string {
  if (fits(text)) return text;
  const last = /^[\w.]+(\.\w+)$/.exec(text)?.[1] ?? "";
  const shorten = (end: string): string | undefined => {
    let low = 0;
    let high = Math.min(text.length - end.length, 400);
    const prefix = (length: number): string => `${text.slice(0, length)}\u2026${end}`;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (fits(prefix(middle))) low = middle;
      else high = middle - 1;
    }
    return low < minPrefix && end !== "" ? undefined : prefix(low);
  };
  return shorten(last) ?? shorten("") ?? "";
}

/** A shortened module path begins with at least this many of its characters. */
const minPrefix = 5;
