import { element, icon } from "../../kit/dom.ts";
import { flatButton } from "../../kit/controls.ts";
import type { NodeView } from "../../../extension/protocol/graph.ts";
import type { Adjacency } from "../model/adjacency.ts";
import { changeLabels, changeSigns, edgeLabels, kindLabels } from "../model/nodeText.ts";
import { t } from "../../../extension/protocol/l10n.ts";

/** Explains the shapes, lines and signs of the drawing, in a strip below it that can be folded away. */
export interface Legend {
  readonly element: HTMLElement;
  /** The button that folds and unfolds the strip. */
  readonly opener: HTMLElement;
  /** Lists what occurs between the nodes `keys` of a graph. */
  readonly show: (graph: Adjacency, keys: ReadonlySet<string>) => void;
  readonly fold: (folded: boolean) => void;
}

const arrow = "M4.5 6.5L8 10l3.5-3.5";

/** `onFold` receives the requested state; the caller calls `fold` if it accepts that. */
export function createLegend(onFold: (folded: boolean) => void): Legend {
  const list = element("ul", { class: "legend", id: "legend", "aria-label": t("Legend") });
  const text = element("span", {}, t("Legend"));
  const label = element("span", { class: "chip" }, text, icon(arrow));
  const opener = flatButton(t("Explain shapes and lines"), label, () => onFold(!list.hidden));
  opener.classList.add("legendOpener");
  opener.setAttribute("aria-label", t("Legend"));
  opener.setAttribute("aria-controls", "legend");
  return {
    element: list,
    opener,
    show: (graph, keys) => list.replaceChildren(...items(graph, keys)),
    fold: (folded) => {
      list.hidden = folded;
      opener.setAttribute("aria-expanded", String(!folded));
    },
  };
}

function items(graph: Adjacency, keys: ReadonlySet<string>): HTMLElement[] {
  const kinds = new Map<string, string>();
  const lines = new Map<string, string>();
  const signs = new Map<NodeView["change"], string>();
  for (const node of graph.nodes.values()) {
    if (!keys.has(node.key)) continue;
    kinds.set(node.kind, kindLabels[node.kind]);
    if (node.change !== "same") signs.set(node.change, changeSigns[node.change]);
    for (const { kind, to } of graph.outgoing(node.key)) if (keys.has(to)) lines.set(kind, edgeLabels[kind]);
  }
  return [
    ...[...kinds].map(([name, label]) =>
      element("li", {}, element("span", { class: `glyph ${name}` }), label),
    ),
    ...[...lines].map(([name, label]) =>
      element("li", {}, element("span", { class: `line ${name}` }), label),
    ),
    ...[...signs].map(([name, sign]) =>
      element("li", { class: name }, element("span", { class: "badge" }, sign), changeLabels[name]),
    ),
  ];
}
