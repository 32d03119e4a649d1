import { button, iconButton } from "../kit/controls.ts";
import { element } from "../kit/dom.ts";
import type { Links } from "./links.ts";
import type { Details, EdgeView, Kept, NodeView } from "./messages.ts";
import { changeNames, edgeWords, kindWords, nameOf, signs } from "./words.ts";
import { plain } from "./plain.ts";
import { t } from "../../extension/platform/l10n.ts";

export interface PaneActions {
  readonly select: (key: string) => void;
  readonly open: (key: string, index: number) => void;
  readonly focus: (key: string, shows: Kept["focusShows"]) => void;
  readonly fold: (key: string) => void;
  readonly close: () => void;
}

/** All there is to know of a node; undefined `details` have not come yet. */
export function detailsPane(
  node: NodeView,
  links: Links,
  details: Details | undefined,
  collapsed: boolean,
  act: PaneActions,
): HTMLElement {
  const head = element(
    "header",
    {},
    element("span", { class: `glyph ${node.kind}`, "aria-hidden": "true" }),
    element("h2", {}, plain(nameOf(node))),
    iconButton({ label: t("Close the details (Escape)"), path: "M4 4l8 8M12 4l-8 8", press: act.close }),
  );
  const parts = [head, element("p", { class: "kind" }, kindLine(node))];
  if (node.change !== "same") {
    const sign = element("span", { class: "badge", "aria-hidden": "true" }, signs[node.change]);
    parts.push(
      element("p", { class: `changed ${node.change}` }, sign, node.changeWords || changeNames[node.change]),
    );
  }
  parts.push(...placesPart(node, details, act));
  const lines: (readonly [string, readonly (Node | string)[]])[] = [];
  if (node.keys.length > 0) lines.push([t("Keys"), node.keys.map((key) => element("code", {}, plain(key)))]);
  if (details && details.connect.length > 0) {
    lines.push([t("Connected with"), details.connect.map((each) => element("code", {}, plain(each)))]);
  }
  if (details && details.packages.length > 0) {
    lines.push([t("Packages"), details.packages.map((each) => element("code", {}, plain(each)))]);
  }
  for (const [title, items] of lines) parts.push(listPart(title, items, "plain"));
  parts.push(...neighbours(node, links, act));
  parts.push(
    element("h3", {}, t("Show only")),
    element(
      "div",
      { class: "buttons" },
      button({ label: t("What it needs"), press: () => act.focus(node.key, "arguments") }),
      button({ label: t("Everything below"), press: () => act.focus(node.key, "below") }),
      button({ label: t("Everything that uses it"), press: () => act.focus(node.key, "users") }),
      ...(links.out(node.key).length > 0
        ? [button({ label: collapsed ? t("Expand") : t("Collapse"), press: () => act.fold(node.key) })]
        : []),
    ),
  );
  return element(
    "section",
    { class: "details", "aria-label": t("Details of {0}", plain(nameOf(node))) },
    ...parts,
  );
}

function kindLine(node: NodeView): string {
  const kind = kindWords[node.kind];
  const first = kind.slice(0, 1).toUpperCase() + kind.slice(1);
  return node.instance === "" ? first : t("{0}, instance {1}", first, plain(node.instance));
}

function placesPart(node: NodeView, details: Details | undefined, act: PaneActions): HTMLElement[] {
  if (!details) return [element("p", { class: "quiet" }, t("Looking for its source…"))];
  if (details.places.length === 0) return [element("p", { class: "quiet" }, t("No source of it was found."))];
  const places = details.places.map(({ label, place }, index) => {
    const made = element(
      "button",
      { class: "place", title: plain(place) },
      element("span", {}, plain(label)),
      element("span", { class: "quiet" }, plain(place)),
    );
    made.addEventListener("click", () => act.open(node.key, index));
    return made;
  });
  return [element("h3", {}, t("Source")), element("div", { class: "places" }, ...places)];
}

function neighbours(node: NodeView, links: Links, act: PaneActions): HTMLElement[] {
  const parts: HTMLElement[] = [];
  const out = links.out(node.key);
  if (out.length > 0) {
    let place = 0;
    const items = out.map((edge) => {
      const words = edge.kind === "argument" ? String((place += 1)) : edgeWords[edge.kind];
      return neighbour(links, edge, edge.to, words, act);
    });
    parts.push(listPart(t("Needs"), items, "nodes"));
  }
  const into = links.into(node.key);
  if (into.length > 0) {
    const items = into.map((edge) => neighbour(links, edge, edge.from, "", act));
    parts.push(listPart(t("Used by"), items, "nodes"));
  }
  return parts;
}

function neighbour(links: Links, edge: EdgeView, key: string, words: string, act: PaneActions): HTMLElement {
  const other = links.nodes.get(key);
  const made = element(
    "button",
    { class: `neighbour ${edge.change}` },
    element("span", { class: "order" }, words),
    element("span", { class: `glyph ${other?.kind ?? "module"}`, "aria-hidden": "true" }),
    element("span", { class: "title" }, other ? plain(nameOf(other)) : key),
    element("span", { class: "badge" }, signs[edge.change]),
  );
  made.addEventListener("click", () => act.select(key));
  return made;
}

function listPart(title: string, items: readonly (Node | string)[], name: string): HTMLElement {
  const list = element("ul", { class: name }, ...items.map((item) => element("li", {}, item)));
  return element("div", {}, element("h3", {}, title), list);
}

/** What differs, in words and as a list to go through; the list is cut to what somebody reads. */
export function changesPane(
  title: string,
  words: readonly string[],
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
        element("span", { class: "badge", "aria-hidden": "true" }, signs[change]),
        element("span", { class: "title" }, plain(nameOf(node))),
      );
      if (node.changeWords !== "") made.title = plain(node.changeWords);
      made.addEventListener("click", () => select(node.key));
      return made;
    });
    return [listPart(`${mine.length} ${changeNames[change]}`, items, "nodes")];
  });
  return element(
    "section",
    { class: "changes", "aria-label": title },
    element("header", {}, element("h2", {}, title)),
    ...words.map((sentence) => element("p", {}, plain(sentence))),
    ...groups,
  );
}
