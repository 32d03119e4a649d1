import { t } from "../../../extension/protocol/l10n.ts";
import { singleLine } from "../../../extension/protocol/visibleText.ts";
import { element, focusedIn } from "../../kit/dom.ts";
import { pathTo, type SizeNode } from "../model/sizeTree.ts";
import { sizeText } from "../../../extension/protocol/sizeText.ts";
import { changeText, shareText } from "../model/sizeText.ts";

export interface TreeGrid {
  readonly element: HTMLElement;
  /** Shows the nodes below `root`; of these only `included`, all expanded, if it is given. */
  readonly show: (root: SizeNode, compared: boolean, included: ReadonlySet<SizeNode> | undefined) => void;
  /** Selects a node and expands those above it. */
  readonly reveal: (node: SizeNode) => void;
  readonly focus: () => void;
}

export interface TreeGridActions {
  readonly select: (node: SizeNode) => void;
  readonly open: (node: SizeNode) => void;
  readonly zoom: (node: SizeNode) => void;
}

/** The number of children that are listed at once. */
const batchSize = 200;

type Row =
  | { readonly node: SizeNode; readonly place: number; readonly of: number; readonly level: number }
  | { readonly more: SizeNode; readonly count: number; readonly level: number };

/** The parts of an image as a table of which rows are expanded. https://www.w3.org/WAI/ARIA/apg/patterns/treegrid/ */
export function createTreeGrid(act: TreeGridActions): TreeGrid {
  const body = element("div", { role: "rowgroup", class: "rows" });
  const changeHeading = element("span", { role: "columnheader", class: "number" }, t("Change"));
  const head = element(
    "div",
    { role: "row", class: "row head" },
    element("span", { role: "columnheader" }, t("Name")),
    element("span", { role: "columnheader", class: "number" }, t("Size")),
    element("span", { role: "columnheader", class: "number" }, t("Share")),
    changeHeading,
  );
  const host = element(
    "div",
    { role: "treegrid", class: "grid", "aria-label": t("Parts of the image") },
    element("div", { role: "rowgroup" }, head),
    body,
  );
  const expanded = new Set<string>();
  /** How many children of a node are listed, if more than a batch. */
  const listed = new Map<string, number>();
  let root: SizeNode | undefined;
  let isCompared = false;
  let only: ReadonlySet<SizeNode> | undefined;
  let selected: string | undefined;
  const shown = new Map<Element, Row>();
  /** The rows of nodes by their keys. */
  const rowOf = new Map<string, HTMLElement>();
  /** The one row that can be reached with Tab: the selected one, or the first. */
  let tabStop: HTMLElement | undefined;
  const focus = (): void => tabStop?.focus({ preventScroll: true });

  const childrenOf = (node: SizeNode): readonly SizeNode[] =>
    only === undefined ? node.children : node.children.filter((each) => only?.has(each));
  const isExpanded = (node: SizeNode): boolean => only !== undefined || expanded.has(node.key);

  const rowsBelow = (node: SizeNode, level: number): readonly Row[] => {
    const all = childrenOf(node);
    const upTo = listed.get(node.key) ?? batchSize;
    const rows = all
      .slice(0, upTo)
      .flatMap((each, index): readonly Row[] => [
        { node: each, place: index + 1, of: all.length, level },
        ...(isExpanded(each) ? rowsBelow(each, level + 1) : []),
      ]);
    return all.length > upTo ? [...rows, { more: node, count: all.length - upTo, level }] : rows;
  };

  const made = (row: Row): HTMLElement => {
    const indent = `${row.level * 16 - 8}px`;
    if ("more" in row) {
      const cell = element("span", { role: "gridcell", class: "name" }, t("{0} more…", row.count));
      cell.style.paddingInlineStart = indent;
      return element(
        "div",
        { role: "row", class: "row more", tabindex: "-1", "aria-level": String(row.level) },
        cell,
      );
    }
    const { node, place, of, level } = row;
    const change = node.bytes - node.before;
    const name = element("span", { role: "gridcell", class: "name" });
    name.style.paddingInlineStart = indent;
    name.append(
      element("span", { class: "twisty", "aria-hidden": "true" }),
      element("span", { class: `swatch ${node.part ?? "none"}`, "aria-hidden": "true" }),
      element("span", { class: "title" }, singleLine(node.name)),
    );
    name.title = singleLine(node.name);
    return element(
      "div",
      {
        role: "row",
        class: "row",
        tabindex: "-1",
        "aria-level": String(level),
        "aria-posinset": String(place),
        "aria-setsize": String(of),
        "aria-selected": "false",
        ...(childrenOf(node).length > 0 && { "aria-expanded": String(isExpanded(node)) }),
      },
      name,
      element("span", { role: "gridcell", class: "number" }, sizeText(node.bytes)),
      element("span", { role: "gridcell", class: "number quiet" }, shareText(node.bytes, root?.bytes ?? 0)),
      ...(isCompared
        ? [
            element(
              "span",
              { role: "gridcell", class: `number ${change > 0 ? "grown" : change < 0 ? "shrunk" : "quiet"}` },
              changeText(change),
            ),
          ]
        : []),
    );
  };

  const drawn = (row: Row): HTMLElement => {
    const item = made(row);
    shown.set(item, row);
    if ("node" in row) rowOf.set(row.node.key, item);
    return item;
  };
  const draw = (): void => {
    const focused = focusedIn(body) !== undefined;
    shown.clear();
    rowOf.clear();
    tabStop = undefined;
    body.replaceChildren(...(root ? rowsBelow(root, 1) : []).map(drawn));
    mark();
    if (focused) focus();
  };

  const nodeAt = (item: Element | null | undefined): SizeNode | undefined => {
    const row = item ? shown.get(item) : undefined;
    return row && "node" in row ? row.node : undefined;
  };
  const rowAt = (item: Element | null): HTMLElement | undefined =>
    item instanceof HTMLElement ? item : undefined;
  const mark = (at = rowOf.get(selected ?? "") ?? rowAt(body.firstElementChild)): void => {
    for (const old of body.querySelectorAll('[aria-selected="true"]'))
      old.setAttribute("aria-selected", "false");
    rowOf.get(selected ?? "")?.setAttribute("aria-selected", "true");
    tabStop?.setAttribute("tabindex", "-1");
    at?.setAttribute("tabindex", "0");
    tabStop = at;
  };
  const go = (item: HTMLElement | undefined): void => {
    if (!item) return;
    const node = nodeAt(item);
    if (node) selected = node.key;
    mark(item);
    item.scrollIntoView({ block: "nearest" });
    item.focus({ preventScroll: true });
    if (node) act.select(node);
  };
  /** Adds or removes only the rows below a row: a table of which much is expanded has thousands. */
  const expand = (node: SizeNode, on: boolean): void => {
    if (on) expanded.add(node.key);
    else expanded.delete(node.key);
    const item = rowOf.get(node.key);
    const row = item && shown.get(item);
    if (!item || !row || only !== undefined || item.getAttribute("aria-expanded") === String(on)) return;
    item.setAttribute("aria-expanded", String(on));
    if (on) {
      item.after(...rowsBelow(node, row.level + 1).map(drawn));
      return;
    }
    for (let next = item.nextElementSibling; next && (shown.get(next)?.level ?? 0) > row.level;) {
      const removed = next;
      next = next.nextElementSibling;
      const key = nodeAt(removed)?.key;
      if (key !== undefined) rowOf.delete(key);
      shown.delete(removed);
      removed.remove();
    }
    mark();
  };
  const listMore = (item: Element): void => {
    const row = shown.get(item);
    if (!row || !("more" in row)) return;
    const first = listed.get(row.more.key) ?? batchSize;
    listed.set(row.more.key, first + batchSize);
    const next = childrenOf(row.more)[first];
    draw();
    go(rowOf.get(next?.key ?? ""));
  };

  body.addEventListener("keydown", (event) => {
    const at = tabStop;
    if (!at || event.ctrlKey || event.metaKey || event.altKey) return;
    const node = nodeAt(at);
    const open = at.getAttribute("aria-expanded");
    if (event.key === "ArrowDown") go(rowAt(at.nextElementSibling));
    else if (event.key === "ArrowUp") go(rowAt(at.previousElementSibling));
    else if (event.key === "Home") go(rowAt(body.firstElementChild));
    else if (event.key === "End") go(rowAt(body.lastElementChild));
    else if (event.key === "ArrowRight" && open === "false" && node) expand(node, true);
    else if (event.key === "ArrowRight" && open === "true") go(rowAt(at.nextElementSibling));
    else if (event.key === "ArrowLeft" && open === "true" && node && only === undefined) expand(node, false);
    else if (event.key === "ArrowLeft") go(rowOf.get(node?.parent?.key ?? ""));
    else if (event.key === "Enter" && node) act.open(node);
    else if (event.key === "Enter") listMore(at);
    else if (event.key === " " && node) act.zoom(node);
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  body.addEventListener("click", (event) => {
    const item = event.target instanceof Element ? event.target.closest<HTMLElement>(".row") : null;
    if (!item) return;
    const node = nodeAt(item);
    if (!node) return listMore(item);
    go(item);
    if (event.target instanceof Element && event.target.closest(".twisty") && node.children.length > 0) {
      expand(node, !expanded.has(node.key));
    }
  });
  body.addEventListener("dblclick", (event) => {
    const node = nodeAt(event.target instanceof Element ? event.target.closest(".row") : null);
    if (node) act.open(node);
  });

  return {
    element: host,
    show: (next, compared, included) => {
      [root, isCompared, only] = [next, compared, included];
      changeHeading.hidden = !compared;
      host.classList.toggle("compared", compared);
      draw();
    },
    reveal: (node) => {
      selected = node.key;
      let isComplete = true;
      for (const above of pathTo(node).slice(0, -1)) {
        expand(above, true);
        const below = pathTo(node)[pathTo(above).length];
        const at = below ? above.children.indexOf(below) : -1;
        if (at < (listed.get(above.key) ?? batchSize)) continue;
        listed.set(above.key, at + batchSize);
        isComplete = false;
      }
      if (isComplete) mark();
      else draw();
      tabStop?.scrollIntoView({ block: "nearest" });
    },
    focus,
  };
}
