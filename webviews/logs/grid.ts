import { element } from "../kit/dom.ts";
import { createHeights } from "./heights.ts";
import { emptyRow, rowElement, rowId, type Look } from "./row.ts";
import type { Row } from "./messages.ts";
import { t } from "../../extension/platform/l10n.ts";

/** Where the rows come from and how they look; asked at every drawing. */
export interface GridModel {
  readonly row: (ordinal: number) => Row | undefined;
  readonly look: (row: Row) => Look;
  readonly selected: (ordinal: number) => boolean;
  readonly active: () => number | undefined;
  /** Told which rows are seen, from the first to before the second. */
  readonly seen: (from: number, to: number) => void;
  /** Told that the user scrolled, and whether to the end. */
  readonly scrolled: (atEnd: boolean) => void;
}

export interface Grid {
  readonly element: HTMLElement;
  /** Which rows there are, from the first to before the second. */
  readonly setRange: (first: number, end: number) => void;
  /** Draws at the next frame; `all` also rows that have not changed. */
  readonly draw: (all?: boolean) => void;
  /** Draws before the next frame, for what has come from outside and is waited for. */
  readonly drawNow: () => void;
  /** Scrolls as little as needed. */
  readonly reveal: (ordinal: number) => void;
  readonly scrollToTop: (ordinal: number) => void;
  readonly scrollToEnd: () => void;
  /** The first row seen, and how many fit. */
  readonly top: () => number;
  readonly page: () => number;
  /** Rows of another filter or another shape come now: heights are measured anew. */
  readonly reset: () => void;
  readonly setWrap: (wrap: boolean) => void;
}

/** Height of a row of one line, as style.css has it. */
export const rowHeight = 20;
const overscan = 8;

/** A list of which only the rows that are seen are in the page. */
export function createGrid(model: GridModel): Grid {
  const rows = element("div", { class: "rows", role: "presentation" });
  const space = element("div", { class: "space", role: "presentation" }, rows);
  const grid = element(
    "div",
    {
      class: "grid",
      // Rows open, which those of a plain grid may not.
      role: "treegrid",
      tabindex: "0",
      "aria-label": t("Log records"),
      "aria-multiselectable": "true",
      "aria-colcount": "4",
    },
    space,
  );
  const heights = createHeights(rowHeight);
  const drawn = new Map<number, { readonly node: HTMLElement; readonly row: Row | undefined }>();
  let first = 0;
  let end = 0;
  let wrap = false;
  let frame = 0;
  let drawAll = false;
  // What this script last scrolled to, to tell its scrolling from the user's.
  let placed = 0;
  let longest: number | undefined;

  /** Browsers bound how high an element may be; beyond it, a pixel of scrolling stands for more rows. */
  const limit = (): number => {
    if (longest !== undefined) return longest;
    space.style.height = "1000000000px";
    const found = space.offsetHeight;
    if (found > 0) longest = Math.min(found, 30_000_000);
    return longest ?? 30_000_000;
  };
  const total = (): number => heights.top(end) - heights.top(first);
  /** Pixels of rows for a pixel of scrolling. */
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
  /** Scrolls so that this place of the rows is at the top. */
  const placeAt = (top: number): void => place((top - heights.top(first)) / scale());
  const resize = (): void => {
    const moved = Math.abs(grid.scrollTop - placed) > 1;
    space.style.height = `${Math.min(total(), limit())}px`;
    // Where the rows have become fewer the browser scrolls, and not the user.
    if (!moved) placed = grid.scrollTop;
  };

  const draw = (): void => {
    frame = 0;
    const top = offset();
    const from = Math.max(first, Math.min(heights.at(top), end) - overscan);
    const to = Math.min(end, heights.at(top + grid.clientHeight) + 1 + overscan);
    model.seen(from, to);
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
      // A row that is fetched anew stays as it was until it has come.
      if (node === undefined || (row !== undefined && (drawAll || row !== old?.row))) {
        node = row === undefined ? emptyRow(ordinal) : rowElement(ordinal, row, model.look(row));
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

  /** Learns the heights of the rows in the page; true when one was not as thought. */
  const measure = (top: number): boolean => {
    const anchor = Math.min(heights.at(top), end);
    const within = top - heights.top(anchor);
    let changed = false;
    for (const [ordinal, { node, row }] of drawn) {
      if (row === undefined) continue;
      const free = wrap || node.classList.contains("expanded");
      const height = free ? node.offsetHeight : rowHeight;
      if (height === heights.of(ordinal)) continue;
      heights.set(ordinal, height);
      changed = true;
    }
    if (!changed) return false;
    const stick = placed === grid.scrollTop && atEnd();
    resize();
    // What is at the top stays there, whatever becomes of the rows above it.
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
        model.scrolled(atEnd());
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
      // Rows that fall off the beginning take nothing away from what is seen.
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
      const bottom = top + Math.min(heights.of(ordinal), grid.clientHeight);
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
    top: () => Math.min(heights.at(offset()), Math.max(first, end - 1)),
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
      const top = Math.min(heights.at(offset()), end);
      heights.reset();
      resize();
      placeAt(heights.top(top));
      request();
    },
  };
}
