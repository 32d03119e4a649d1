import { element } from "../../kit/dom.ts";
import { createRowHeights } from "./rowHeights.ts";
import { placeholderRow, rowElement, rowId, type RowAppearance } from "./row.ts";
import type { LogRow } from "../../../extension/protocol/logs.ts";
import { t } from "../../../extension/protocol/l10n.ts";

/** The rows and their appearance; called at every drawing. */
export interface GridModel {
  readonly row: (ordinal: number) => LogRow | undefined;
  readonly appearance: (row: LogRow) => RowAppearance;
  readonly selected: (ordinal: number) => boolean;
  readonly active: () => number | undefined;
  /** Receives the visible rows, from `from` to before `to`. */
  readonly onVisible: (from: number, to: number) => void;
  /** Called when the user scrolls; `atEnd` says whether the last row is visible. */
  readonly onScroll: (atEnd: boolean) => void;
}

export interface Grid {
  readonly element: HTMLElement;
  /** Sets the ordinals of the rows, from `first` to before `end`. */
  readonly setRange: (first: number, end: number) => void;
  /** Draws in the next frame; `all` redraws rows that have not changed too. */
  readonly draw: (all?: boolean) => void;
  /** Draws immediately, so that a new state is in the page before its response resolves. */
  readonly drawNow: () => void;
  /** Scrolls as little as possible to show a row. */
  readonly reveal: (ordinal: number) => void;
  readonly scrollToTop: (ordinal: number) => void;
  readonly scrollToEnd: () => void;
  /** The first visible row, and the number of rows that fit. */
  readonly top: () => number;
  readonly page: () => number;
  /** Forgets all rows and their heights, for another filter. */
  readonly reset: () => void;
  readonly setWrap: (wrap: boolean) => void;
}

/** The height of a row of one line in pixels, as in style.css. */
export const rowHeight = 18;
const overscan = 8;

/** A list that has only the visible rows in the page. */
export function createGrid(model: GridModel): Grid {
  const rows = element("div", { class: "rows", role: "presentation" });
  const space = element("div", { class: "space", role: "presentation" }, rows);
  const grid = element(
    "div",
    {
      class: "grid",
      // Rows of a plain `grid` may not be expandable.
      role: "treegrid",
      tabindex: "0",
      "aria-label": t("Log records"),
      "aria-multiselectable": "true",
      "aria-colcount": "4",
    },
    space,
  );
  const heights = createRowHeights(rowHeight);
  const drawn = new Map<number, { readonly node: HTMLElement; readonly row: LogRow | undefined }>();
  let first = 0;
  let end = 0;
  let wrap = false;
  let frame = 0;
  let drawAll = false;
  // The last scroll position set by this script, to distinguish it from scrolling by the user.
  let placed = 0;
  let longest: number | undefined;

  /** The maximum height of an element in pixels; in a longer list, one pixel of scrolling is more than one of rows. */
  const limit = (): number => {
    if (longest !== undefined) return longest;
    space.style.height = "1000000000px";
    const found = space.offsetHeight;
    if (found > 0) longest = Math.min(found, 30_000_000);
    return longest ?? 30_000_000;
  };
  const total = (): number => heights.top(end) - heights.top(first);
  /** Pixels of rows per pixel of scrolling. */
  const scale = (): number => {
    const view = grid.clientHeight;
    const range = total() - view;
    return range <= limit() - view ? 1 : range / (limit() - view);
  };
  const offset = (): number => grid.scrollTop * scale() + heights.top(first);
  const atEnd = (): boolean => grid.scrollTop + grid.clientHeight >= grid.scrollHeight - 2;

  const place = (scrollTop: number): void => {
    grid.scrollTop = scrollTop;
    placed = grid.scrollTop;
  };
  /** Scrolls so that this offset in the rows is at the top. */
  const placeAt = (top: number): void => place((top - heights.top(first)) / scale());
  const resize = (): void => {
    const moved = Math.abs(grid.scrollTop - placed) > 1;
    space.style.height = `${Math.min(total(), limit())}px`;
    // If there are fewer rows now, the browser has scrolled, not the user.
    if (!moved) placed = grid.scrollTop;
  };

  const draw = (): void => {
    frame = 0;
    const top = offset();
    const from = Math.max(first, Math.min(heights.rowAt(top), end) - overscan);
    const to = Math.min(end, heights.rowAt(top + grid.clientHeight) + 1 + overscan);
    model.onVisible(from, to);
    drawRows(from, to);
    rows.style.transform = `translateY(${heights.top(from) - top + grid.scrollTop}px)`;
    if (measure(top)) request();
  };

  const drawRows = (from: number, to: number): void => {
    for (const [ordinal, { node }] of drawn) {
      if (ordinal >= from && ordinal < to) continue;
      node.remove();
      drawn.delete(ordinal);
    }
    let before: ChildNode | null = rows.firstChild;
    for (let ordinal = from; ordinal < to; ordinal += 1) {
      const row = model.row(ordinal);
      const old = drawn.get(ordinal);
      let node = old?.node;
      // A row that is being fetched again stays as it was until it arrives.
      if (node === undefined || (row !== undefined && (drawAll || row !== old?.row))) {
        node = row === undefined ? placeholderRow(ordinal) : rowElement(ordinal, row, model.appearance(row));
        node.setAttribute("aria-rowindex", String(ordinal - first + 1));
        if (before === old?.node) before = before?.nextSibling ?? null;
        old?.node.remove();
        drawn.set(ordinal, { node, row });
        rows.insertBefore(node, before);
      } else {
        before = node.nextSibling;
      }
      node.setAttribute("aria-selected", String(model.selected(ordinal)));
      node.classList.toggle("active", ordinal === model.active());
    }
    drawAll = false;
    const active = model.active();
    if (active !== undefined && drawn.has(active)) grid.setAttribute("aria-activedescendant", rowId(active));
    else grid.removeAttribute("aria-activedescendant");
  };

  /** Measures the rows in the page; returns whether a height has changed. */
  const measure = (top: number): boolean => {
    const anchor = Math.min(heights.rowAt(top), end);
    const within = top - heights.top(anchor);
    let changed = false;
    for (const [ordinal, { node, row }] of drawn) {
      if (row === undefined) continue;
      const free = wrap || node.classList.contains("expanded");
      const height = free ? node.offsetHeight : rowHeight;
      if (height === heights.height(ordinal)) continue;
      heights.set(ordinal, height);
      changed = true;
    }
    if (!changed) return false;
    const stick = placed === grid.scrollTop && atEnd();
    resize();
    // Keep the row at the top in place, whatever happens to the rows above it.
    if (stick) place(grid.scrollHeight);
    else placeAt(heights.top(anchor) + within);
    return true;
  };

  const request = (): void => {
    if (frame === 0) frame = requestAnimationFrame(draw);
  };

  grid.addEventListener(
    "scroll",
    () => {
      if (Math.abs(grid.scrollTop - placed) > 1) {
        placed = grid.scrollTop;
        model.onScroll(atEnd());
      }
      request();
    },
    { passive: true },
  );
  new ResizeObserver(() => {
    resize();
    request();
  }).observe(grid);

  return {
    element: grid,
    setRange: (nextFirst, nextEnd) => {
      if (nextFirst === first && nextEnd === end) return;
      const top = offset();
      const moved = nextFirst !== first;
      first = nextFirst;
      end = nextEnd;
      grid.setAttribute("aria-rowcount", String(end - first));
      resize();
      // Removing rows at the beginning does not move the visible rows.
      if (moved) placeAt(Math.max(top, heights.top(first)));
      request();
    },
    draw: (all = false) => {
      drawAll ||= all;
      request();
    },
    drawNow: () => {
      cancelAnimationFrame(frame);
      draw();
    },
    reveal: (ordinal) => {
      const top = heights.top(ordinal);
      const bottom = top + Math.min(heights.height(ordinal), grid.clientHeight);
      if (top < offset()) placeAt(top);
      else if (bottom > offset() + grid.clientHeight) placeAt(bottom - grid.clientHeight);
      request();
    },
    scrollToTop: (ordinal) => {
      placeAt(heights.top(ordinal));
      request();
    },
    scrollToEnd: () => {
      place(grid.scrollHeight);
      request();
    },
    top: () => Math.min(heights.rowAt(offset()), Math.max(first, end - 1)),
    page: () => Math.max(1, Math.floor(grid.clientHeight / rowHeight) - 1),
    reset: () => {
      heights.reset();
      for (const { node } of drawn.values()) node.remove();
      drawn.clear();
      resize();
      request();
    },
    setWrap: (next) => {
      wrap = next;
      grid.classList.toggle("wrap", next);
      const top = Math.min(heights.rowAt(offset()), end);
      heights.reset();
      resize();
      placeAt(heights.top(top));
      request();
    },
  };
}
