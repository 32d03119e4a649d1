import type { Drawing } from "./drawing.ts";
import type { Keeping } from "./keeping.ts";
import type { Links } from "./links.ts";
import type { Kept } from "./messages.ts";
import type { Surface } from "./surface.ts";
import type { Tree } from "./tree.ts";
import type { Step } from "./walk.ts";

/** Which node is selected, and how one comes to another. */
export interface Selection {
  readonly select: (key: string | undefined) => void;
  /** Selects a node and brings it into view, and into the drawing when it is hidden. */
  readonly reveal: (key: string) => void;
  /** Shows what had to wait for a new drawing. */
  readonly drawn: () => void;
  readonly fold: (key: string) => void;
  readonly foldIt: () => void;
  readonly openIt: () => void;
  readonly walk: (step: Step) => void;
  /** To the application. */
  readonly home: () => void;
  /** Leaves the innermost of details, focus and selection. */
  readonly leave: () => void;
}

export interface SelectionOptions {
  readonly kept: Keeping;
  readonly surface: Surface;
  readonly drawing: Drawing;
  readonly tree: Pick<Tree, "reveal">;
  readonly links: () => Links | undefined;
  /** Draws with something else. */
  readonly change: (next: Partial<Kept>) => void;
  /** Another node is to be shown beside the drawing. */
  readonly turned: () => void;
  readonly open: (key: string) => void;
}

/** The parts are asked for when something happens: they are made after this. */
export function createSelection(options: () => SelectionOptions): Selection {
  /** A node that is to be selected and seen when the next drawing is there. */
  let awaited: string | undefined;

  const select = (key: string | undefined): void => {
    const { kept, drawing, turned } = options();
    const same = key === kept.now().selected;
    kept.keep({ selected: key });
    drawing.select(key);
    if (!same) turned();
  };

  const goTo = (key: string): void => {
    const { surface, drawing } = options();
    select(key);
    surface.bring(key);
    drawing.focus(key);
  };

  const fold = (key: string): void => {
    const { kept, change, turned } = options();
    const { collapsed } = kept.now();
    const others = collapsed.filter((each) => each !== key);
    change({ collapsed: others.length < collapsed.length ? others : [...collapsed, key], selected: key });
    turned();
  };

  const withSelected = (act: (key: string) => void) => (): void => {
    const { selected } = options().kept.now();
    if (selected !== undefined) act(selected);
  };

  return {
    select,
    reveal: (key) => {
      const { kept, surface, drawing, tree, links, change } = options();
      const known = links();
      if (!known?.nodes.has(key)) {
        awaited = key;
        return;
      }
      if (kept.now().asTree) tree.reveal(key);
      if (surface.scene()?.place(key)) {
        select(key);
        surface.bring(key);
        return;
      }
      awaited = key;
      change(drawing.toShow(known, kept.now(), key));
    },
    drawn: () => {
      const key = awaited;
      awaited = undefined;
      if (key === undefined) return;
      select(key);
      options().surface.bring(key);
    },
    fold,
    foldIt: withSelected(fold),
    openIt: withSelected((key) => options().open(key)),
    walk: (step) => {
      const { kept, drawing } = options();
      const to = drawing.step(kept.now().selected, step);
      if (to !== undefined) goTo(to);
    },
    home: () => {
      const start = options().links()?.start;
      if (start !== undefined) goTo(start);
    },
    leave: () => {
      const { kept, change, turned } = options();
      const { details, focus } = kept.now();
      if (details === true) kept.keep({ details: false });
      else if (focus !== undefined) change({ focus: undefined });
      else select(undefined);
      turned();
    },
  };
}
