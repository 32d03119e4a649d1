import { element, focusedIn } from "../../kit/dom.ts";
import type { Adjacency } from "../model/adjacency.ts";
import type { EdgeView, NodeView } from "../../../extension/protocol/graph.ts";
import {
  changeLabels,
  edgeLabels,
  kindLabels,
  nodeName,
  nodeSubtitle,
  changeSigns,
} from "../model/nodeText.ts";
import { singleLine } from "../../../extension/protocol/visibleText.ts";
import { t } from "../../../extension/protocol/l10n.ts";

export interface Tree {
  readonly element: HTMLElement;
  /** Shows the nodes of a graph whose keys are in `included`, starting at `roots`. */
  readonly show: (adjacency: Adjacency, included: ReadonlySet<string>, roots: readonly string[]) => void;
  readonly reveal: (key: string) => void;
  readonly mark: (key: string | undefined) => void;
  readonly focus: () => void;
}

export interface TreeActions {
  readonly select: (key: string) => void;
  readonly open: (key: string) => void;
  readonly details: (key: string) => void;
}

/** The number of siblings that are listed at once. */
const batchSize = 400;

/**
 * The graph as a tree: the children of a node are what it needs, in order. A node with several users appears
 * below each of them. https://www.w3.org/WAI/ARIA/apg/patterns/treeview/
 */
export function createTree(act: TreeActions): Tree {
  const host = element("ul", { class: "tree", role: "tree", "aria-label": t("Functor graph"), hidden: "" });
  let adjacency: Adjacency | undefined;
  let included: ReadonlySet<string> = new Set();
  let marked: string | undefined;
  const expandedPaths = new Set<string>();

  /** `path` is the list of keys from the root, which identifies an item of the tree. */
  const childrenOf = (path: readonly string[]): readonly EdgeView[] => {
    const key = path.at(-1);
    if (key === undefined || !adjacency || path.indexOf(key) < path.length - 1) return [];
    const all = adjacency.outgoing(key).filter(({ to }) => included.has(to));
    // The graph has the startup dependencies before the application, but the reader looks for the application first.
    const first = all.filter(({ to }) => adjacency?.nodes.get(to)?.kind === "application");
    return first.length === 0 ? all : [...first, ...all.filter((edge) => !first.includes(edge))];
  };

  const items = (
    list: HTMLElement,
    paths: readonly (readonly string[])[],
    edges: readonly EdgeView[],
  ): void => {
    const upTo = list.childElementCount + batchSize;
    const from = list.childElementCount;
    let argument = edges.slice(0, from).filter(({ kind }) => kind === "argument").length;
    paths.slice(from, upTo).forEach((path, index) => {
      const edge = edges[from + index];
      const relation =
        edge === undefined
          ? ""
          : edge.kind === "argument"
            ? t("argument {0}", (argument += 1))
            : edgeLabels[edge.kind];
      list.append(item(path, relation, from + index + 1, paths.length));
    });
    if (paths.length <= upTo) return;
    const more = element(
      "li",
      { class: "more", role: "treeitem", tabindex: "-1" },
      t("{0} more…", paths.length - upTo),
    );
    more.addEventListener("click", () => {
      more.remove();
      items(list, paths, edges);
    });
    list.append(more);
  };

  const item = (path: readonly string[], relation: string, place: number, of: number): HTMLElement => {
    const node = adjacency?.nodes.get(path.at(-1) ?? "");
    const children = childrenOf(path);
    const made = element("li", {
      role: "treeitem",
      tabindex: "-1",
      "aria-level": String(path.length),
      "aria-posinset": String(place),
      "aria-setsize": String(of),
      "aria-selected": "false",
    });
    made.dataset["path"] = JSON.stringify(path);
    if (node) made.append(rowOf(node, relation, path));
    if (node) made.setAttribute("aria-label", labelOf(node, relation));
    if (children.length > 0) {
      made.setAttribute("aria-expanded", "false");
      if (expandedPaths.has(made.dataset["path"])) expand(made, true);
    }
    return made;
  };

  const rowOf = (node: NodeView, relation: string, path: readonly string[]): HTMLElement => {
    const repeated = path.indexOf(node.key) < path.length - 1;
    const row = element(
      "div",
      { class: `row ${node.change}${node.key === marked ? " marked" : ""}` },
      element("span", { class: "twisty", "aria-hidden": "true" }),
      element("span", { class: `glyph ${node.kind}`, "aria-hidden": "true" }),
      element("span", { class: "badge", "aria-hidden": "true" }, changeSigns[node.change]),
      element("span", { class: "title" }, singleLine(nodeName(node))),
      element(
        "span",
        { class: "quiet" },
        [relation, kindLabels[node.kind], nodeSubtitle(node), repeated ? t("as above") : ""]
          .filter((part) => part !== "")
          .join(" \u00b7 "),
      ),
    );
    row.style.paddingInlineStart = `${path.length * 16 - 8}px`;
    row.dataset["key"] = node.key;
    return row;
  };

  const pathOf = (made: Element): string[] => {
    const path: unknown = JSON.parse(
      (made instanceof HTMLElement ? made.dataset["path"] : undefined) ?? "[]",
    );
    return Array.isArray(path) ? path.filter((part) => typeof part === "string") : [];
  };

  const expand = (made: Element, on: boolean): void => {
    if (!(made instanceof HTMLElement) || !made.hasAttribute("aria-expanded")) return;
    made.setAttribute("aria-expanded", String(on));
    const id = made.dataset["path"] ?? "";
    if (on) expandedPaths.add(id);
    else expandedPaths.delete(id);
    made.querySelector(":scope > ul")?.remove();
    if (!on) return;
    const path = pathOf(made);
    const edges = childrenOf(path);
    const list = element("ul", { role: "group" });
    items(
      list,
      edges.map(({ to }) => [...path, to]),
      edges,
    );
    made.append(list);
  };

  const current = (): HTMLElement | null => host.querySelector<HTMLElement>('[tabindex="0"]');
  const go = (made: HTMLElement | null | undefined, focus = true): void => {
    if (!made) return;
    for (const each of host.querySelectorAll('[tabindex="0"]')) {
      each.setAttribute("tabindex", "-1");
      each.setAttribute("aria-selected", "false");
    }
    made.setAttribute("tabindex", "0");
    made.setAttribute("aria-selected", "true");
    made.querySelector(".row")?.scrollIntoView({ block: "nearest" });
    if (focus) made.focus({ preventScroll: true });
    const key = pathOf(made).at(-1);
    if (key !== undefined) act.select(key);
  };

  host.addEventListener("keydown", (event) => {
    const at = current();
    if (!at || event.ctrlKey || event.metaKey || event.altKey) return;
    const all = [...host.querySelectorAll<HTMLElement>('[role="treeitem"]')];
    const index = all.indexOf(at);
    const key = pathOf(at).at(-1);
    const open = at.getAttribute("aria-expanded");
    if (event.key === "ArrowDown") go(all[index + 1]);
    else if (event.key === "ArrowUp") go(all[index - 1]);
    else if (event.key === "Home") go(all[0]);
    else if (event.key === "End") go(all.at(-1));
    else if (event.key === "ArrowRight" && open === "false") expand(at, true);
    else if (event.key === "ArrowRight" && open === "true") go(all[index + 1]);
    else if (event.key === "ArrowLeft" && open === "true") expand(at, false);
    else if (event.key === "ArrowLeft") go(at.parentElement?.closest<HTMLElement>('[role="treeitem"]'));
    else if (event.key === "Enter" && key !== undefined) act.open(key);
    else if (event.key === "Enter") at.click();
    else if (event.key === " " && key !== undefined) act.details(key);
    else if (/^[^\s]$/u.test(event.key)) {
      const from = [...all.slice(index + 1), ...all.slice(0, index + 1)];
      const letter = event.key.toLowerCase();
      go(from.find((each) => each.querySelector(".title")?.textContent?.toLowerCase().startsWith(letter)));
    } else return;
    event.preventDefault();
    event.stopPropagation();
  });
  host.addEventListener("click", (event) => {
    if (!(event.target instanceof Element)) return;
    const made = event.target.closest<HTMLElement>('[role="treeitem"]');
    if (!made) return;
    if (event.target.closest(".twisty")) expand(made, made.getAttribute("aria-expanded") !== "true");
    go(made);
  });
  host.addEventListener("dblclick", (event) => {
    const made = event.target instanceof Element ? event.target.closest('[role="treeitem"]') : null;
    const key = made && pathOf(made).at(-1);
    if (key) act.open(key);
  });

  const draw = (roots: readonly string[]): void => {
    const path = current()?.dataset["path"];
    const focused = focusedIn(host) !== undefined;
    host.replaceChildren();
    items(
      host,
      roots.map((root) => [root]),
      [],
    );
    const same =
      path === undefined ? null : host.querySelector<HTMLElement>(`[data-path="${CSS.escape(path)}"]`);
    const next = same ?? host.querySelector<HTMLElement>('[role="treeitem"]');
    next?.setAttribute("tabindex", "0");
    if (focused) next?.focus({ preventScroll: true });
  };

  return {
    element: host,
    focus: () => current()?.focus(),
    show: (next, nodes, roots) => {
      const isFirst = adjacency === undefined;
      [adjacency, included] = [next, nodes];
      // At first the roots and the application are expanded.
      if (isFirst) {
        for (const root of roots) {
          expandedPaths.add(JSON.stringify([root]));
          if (next.start !== undefined) expandedPaths.add(JSON.stringify([root, next.start]));
        }
      }
      draw(roots);
    },
    mark: (key) => {
      marked = key;
      for (const row of host.querySelectorAll<HTMLElement>(".row"))
        row.classList.toggle("marked", row.dataset["key"] === key);
    },
    reveal: (key) => {
      const path = pathTo(adjacency, included, key);
      for (let length = 1; length < path.length; length++) {
        const id = JSON.stringify(path.slice(0, length));
        const made = host.querySelector(`[data-path="${CSS.escape(id)}"]`);
        if (made && made.getAttribute("aria-expanded") === "false") expand(made, true);
      }
      go(host.querySelector<HTMLElement>(`[data-path="${CSS.escape(JSON.stringify(path))}"]`), false);
    },
  };
}

function labelOf(node: NodeView, relation: string): string {
  const change = node.change === "same" ? "" : node.changeDescription || changeLabels[node.change];
  return [
    singleLine(nodeName(node)),
    relation,
    kindLabels[node.kind],
    nodeSubtitle(node) && t("reads {0}", nodeSubtitle(node)),
    change,
  ]
    .filter((part) => part !== "")
    .join(", ");
}

/** The keys on the shortest path from a root to a node. */
function pathTo(adjacency: Adjacency | undefined, included: ReadonlySet<string>, key: string): string[] {
  const path = [key];
  const before = new Map<string, string>();
  const seen = new Set([key]);
  for (const at of seen) {
    const above = (adjacency?.incoming(at) ?? [])
      .map(({ from }) => from)
      .filter((from) => included.has(from));
    if (above.length === 0) {
      const down: string[] = [];
      for (let each: string | undefined = at; each !== undefined; each = before.get(each)) down.push(each);
      return down;
    }
    for (const from of above) {
      if (seen.has(from)) continue;
      seen.add(from);
      before.set(from, at);
    }
  }
  return path;
}
