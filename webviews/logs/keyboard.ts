import { onFind } from "../kit/findKey.ts";
import type { Grid } from "./rows/grid.ts";
import type { RowSelection } from "./rows/selection.ts";

export interface LogsKeyActions {
  /** The ordinals of the rows, from `first` to before `end`. */
  readonly range: () => { readonly first: number; readonly end: number };
  readonly selection: RowSelection;
  /** Called when the user moves to a row. */
  readonly onMove: (ordinal: number) => void;
  /** Expands or collapses a row; undefined toggles it. */
  readonly expand: (ordinal: number, open: boolean | undefined) => void;
  /** Opens the source of a row: its call site, or the frame with this index. */
  readonly openSource: (ordinal: number, act: "callSite" | number) => void;
  /** Shows only records of the log source of a row, or hides them. */
  readonly filterSource: (ordinal: number, action: "only" | "hide") => void;
  /** Opens the context menu of a row at a point of the page, in pixels. */
  readonly openMenu: (ordinal: number, x: number, y: number) => void;
  readonly copy: () => void;
  readonly focusFilter: () => void;
}

/** Handles keyboard and mouse events of the rows. */
export function handleKeys(grid: Grid, actions: LogsKeyActions): void {
  const { selection } = actions;

  const go = (ordinal: number, extend: boolean): void => {
    const { first, end } = actions.range();
    if (end <= first) return;
    const to = Math.max(first, Math.min(end - 1, ordinal));
    selection.move(to, extend);
    actions.onMove(to);
    grid.reveal(to);
  };

  const step = (key: string): number | undefined => {
    const { first, end } = actions.range();
    const now = selection.active();
    switch (key) {
      case "ArrowUp":
        return now === undefined ? grid.top() : now - 1;
      case "ArrowDown":
        return now === undefined ? grid.top() : now + 1;
      case "PageUp":
        return (now ?? grid.top()) - grid.page();
      case "PageDown":
        return (now ?? grid.top()) + grid.page();
      case "Home":
        return first;
      case "End":
        return end - 1;
      default:
        return undefined;
    }
  };

  /** Handles a key that acts on the active row; returns whether it is such a key. */
  const onActive = (key: string, command: boolean): boolean => {
    const active = selection.active();
    if (active === undefined) return false;
    if (key === "F12" || (key === "Enter" && command)) actions.openSource(active, "callSite");
    else if (key === "Enter" || key === " ") actions.expand(active, undefined);
    else if (key === "ArrowRight" || key === "ArrowLeft") actions.expand(active, key === "ArrowRight");
    else if (!command && (key === "o" || key === "h"))
      actions.filterSource(active, key === "o" ? "only" : "hide");
    else if (key === "ContextMenu") menuAt(active);
    else return false;
    return true;
  };

  const menuAt = (ordinal: number): void => {
    const row = grid.element.querySelector(`#row-${ordinal}`)?.getBoundingClientRect();
    if (row) actions.openMenu(ordinal, row.left + 40, row.bottom);
  };

  const onCommand = (key: string): boolean => {
    if (key === "a") {
      const { first, end } = actions.range();
      selection.selectAll(first, end);
      grid.draw();
    } else if (key === "c" && document.getSelection()?.isCollapsed !== false) actions.copy();
    else return false;
    return true;
  };

  grid.element.addEventListener("keydown", (event) => {
    const command = event.ctrlKey || event.metaKey;
    const to = command && event.key.startsWith("Arrow") ? undefined : step(event.key);
    const active = selection.active();
    if (to !== undefined) go(to, event.shiftKey);
    else if (event.key === "F10" && event.shiftKey && active !== undefined) menuAt(active);
    else if (event.key === "Escape") {
      selection.clear();
      document.getSelection()?.empty();
      grid.draw();
    } else if (!onActive(event.key, command) && !(command && onCommand(event.key.toLowerCase()))) return;
    event.preventDefault();
    event.stopPropagation();
  });

  onFind(actions.focusFilter);

  grid.element.addEventListener("click", (event) => {
    if (!(event.target instanceof Element)) return;
    const row = event.target.closest<HTMLElement>(".row");
    const ordinal = Number(row?.id.slice("row-".length));
    if (row === null || !Number.isInteger(ordinal)) return;
    const doing = event.target.closest<HTMLElement>("[data-act]");
    // Keep text that the user has selected with the mouse.
    if (doing === null && document.getSelection()?.isCollapsed === false) return;
    selection.move(ordinal, event.shiftKey);
    actions.onMove(ordinal);
    const act = doing?.dataset["act"];
    if (act === "twisty") actions.expand(ordinal, undefined);
    else if (act === "callSite") actions.openSource(ordinal, "callSite");
    else if (act === "frame") actions.openSource(ordinal, Number(doing?.dataset["frame"]));
    grid.draw();
  });
  grid.element.addEventListener("contextmenu", (event) => {
    const row = event.target instanceof Element ? event.target.closest<HTMLElement>(".row") : null;
    event.preventDefault();
    if (row === null || event.button !== 2) return;
    const ordinal = Number(row.id.slice("row-".length));
    if (!selection.has(ordinal)) {
      selection.move(ordinal, false);
      actions.onMove(ordinal);
      grid.draw();
    }
    grid.element.focus();
    actions.openMenu(ordinal, event.clientX, event.clientY);
  });
  grid.element.addEventListener("dblclick", (event) => {
    const active = selection.active();
    if (active === undefined || (event.target instanceof Element && event.target.closest("[data-act]")))
      return;
    document.getSelection()?.empty();
    actions.expand(active, undefined);
  });
}
