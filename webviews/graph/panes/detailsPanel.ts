import { iconButton } from "../../kit/controls.ts";
import { button } from "../../kit/toolkit.ts";
import { element } from "../../kit/dom.ts";
import type { Adjacency } from "../model/adjacency.ts";
import type { NodeDetails, EdgeView, GraphPageState, NodeView } from "../../../extension/protocol/graph.ts";
import { changeLabels, edgeLabels, kindLabels, nodeName, changeSigns } from "../model/nodeText.ts";
import { singleLine } from "../../../extension/protocol/visibleText.ts";
import { t } from "../../../extension/protocol/l10n.ts";

export interface DetailsActions {
  readonly select: (key: string) => void;
  readonly open: (key: string, index: number) => void;
  readonly focus: (key: string, shows: GraphPageState["focusShows"]) => void;
  readonly toggleCollapsed: (key: string) => void;
  readonly close: () => void;
}

/** Everything known about a node; `details` are undefined until they arrive. */
export function detailsPanel(
  node: NodeView,
  adjacency: Adjacency,
  details: NodeDetails | undefined,
  collapsed: boolean,
  act: DetailsActions,
): HTMLElement {
  const head = element(
    "header",
    {},
    element("span", { class: `glyph ${node.kind}`, "aria-hidden": "true" }),
    element("h2", {}, singleLine(nodeName(node))),
    iconButton({ label: t("Close Details (Escape)"), path: "M4 4l8 8M12 4l-8 8", onClick: act.close }),
  );
  const parts = [head, element("p", { class: "kind" }, kindLine(node))];
  if (node.change !== "same") {
    const sign = element("span", { class: "badge", "aria-hidden": "true" }, changeSigns[node.change]);
    parts.push(
      element(
        "p",
        { class: `changed ${node.change}` },
        sign,
        node.changeDescription || changeLabels[node.change],
      ),
    );
  }
  parts.push(...sourcesPart(node, details, act));
  const lines: (readonly [string, readonly (Node | string)[]])[] = [];
  if (node.keys.length > 0)
    lines.push([t("Keys"), node.keys.map((key) => element("code", {}, singleLine(key)))]);
  if (details && details.connect.length > 0) {
    lines.push([
      t("Arguments of connect"),
      details.connect.map((each) => element("code", {}, singleLine(each))),
    ]);
  }
  if (details && details.packages.length > 0) {
    lines.push([t("Packages"), details.packages.map((each) => element("code", {}, singleLine(each)))]);
  }
  for (const [title, items] of lines) parts.push(listPart(title, items, "plain"));
  parts.push(...neighbours(node, adjacency, act));
  parts.push(
    element("h3", {}, t("Show only")),
    element(
      "div",
      { class: "buttons" },
      button({ label: t("What it needs"), onClick: () => act.focus(node.key, "arguments") }),
      button({ label: t("Everything below"), onClick: () => act.focus(node.key, "below") }),
      button({ label: t("Everything that uses it"), onClick: () => act.focus(node.key, "users") }),
      ...(adjacency.outgoing(node.key).length > 0
        ? [
            button({
              label: collapsed ? t("Expand") : t("Collapse"),
              onClick: () => act.toggleCollapsed(node.key),
            }),
          ]
        : []),
    ),
  );
  return element(
    "section",
    { class: "details", "aria-label": t("Details of {0}", singleLine(nodeName(node))) },
    ...parts,
  );
}

function kindLine(node: NodeView): string {
  const kind = kindLabels[node.kind];
  const first = kind.slice(0, 1).toUpperCase() + kind.slice(1);
  return node.instance === "" ? first : t("{0}, instance {1}", first, singleLine(node.instance));
}

function sourcesPart(node: NodeView, details: NodeDetails | undefined, act: DetailsActions): HTMLElement[] {
  if (!details) return [element("p", { class: "quiet" }, t("Looking for the source…"))];
  if (details.sources.length === 0) return [element("p", { class: "quiet" }, t("No source found."))];
  const sources = details.sources.map(({ label, location }, index) => {
    const made = element(
      "button",
      { class: "place", title: singleLine(location) },
      element("span", {}, singleLine(label)),
      element("span", { class: "quiet" }, singleLine(location)),
    );
    made.addEventListener("click", () => act.open(node.key, index));
    return made;
  });
  return [element("h3", {}, t("Source")), element("div", { class: "places" }, ...sources)];
}

function neighbours(node: NodeView, adjacency: Adjacency, act: DetailsActions): HTMLElement[] {
  const parts: HTMLElement[] = [];
  const out = adjacency.outgoing(node.key);
  if (out.length > 0) {
    let position = 0;
    const items = out.map((edge) => {
      const label = edge.kind === "argument" ? String((position += 1)) : edgeLabels[edge.kind];
      return neighbour(adjacency, edge, edge.to, label, act);
    });
    parts.push(listPart(t("Needs"), items, "nodes"));
  }
  const into = adjacency.incoming(node.key);
  if (into.length > 0) {
    const items = into.map((edge) => neighbour(adjacency, edge, edge.from, "", act));
    parts.push(listPart(t("Used by"), items, "nodes"));
  }
  return parts;
}

function neighbour(
  adjacency: Adjacency,
  edge: EdgeView,
  key: string,
  label: string,
  act: DetailsActions,
): HTMLElement {
  const other = adjacency.nodes.get(key);
  const made = element(
    "button",
    { class: `neighbour ${edge.change}` },
    element("span", { class: "order" }, label),
    element("span", { class: `glyph ${other?.kind ?? "module"}`, "aria-hidden": "true" }),
    element("span", { class: "title" }, other ? singleLine(nodeName(other)) : key),
    element("span", { class: "badge" }, changeSigns[edge.change]),
  );
  made.addEventListener("click", () => act.select(key));
  return made;
}

function listPart(title: string, items: readonly (Node | string)[], name: string): HTMLElement {
  const list = element("ul", { class: name }, ...items.map((item) => element("li", {}, item)));
  return element("div", {}, element("h3", {}, title), list);
}

/** The result of a comparison as sentences and as lists of nodes, each with 200 nodes at most. */
export function changesPanel(
  title: string,
  sentences: readonly string[],
  nodes: readonly NodeView[],
  select: (key: string) => void,
): HTMLElement {
  const changed = nodes.filter(({ change }) => change !== "same");
  const groups = (["added", "removed", "changed"] as const).flatMap((change) => {
    const mine = changed.filter((node) => node.change === change);
    if (mine.length === 0) return [];
    const items = mine.slice(0, 200).map((node) => {
      const made = element(
        "button",
        { class: `neighbour ${change}` },
        element("span", { class: "badge", "aria-hidden": "true" }, changeSigns[change]),
        element("span", { class: "title" }, singleLine(nodeName(node))),
      );
      if (node.changeDescription !== "") made.title = singleLine(node.changeDescription);
      made.addEventListener("click", () => select(node.key));
      return made;
    });
    return [listPart(`${mine.length} ${changeLabels[change]}`, items, "nodes")];
  });
  return element(
    "section",
    { class: "changes", "aria-label": title },
    element("header", {}, element("h2", {}, title)),
    ...sentences.map((sentence) => element("p", {}, singleLine(sentence))),
    ...groups,
  );
}
